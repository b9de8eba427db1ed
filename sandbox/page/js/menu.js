/** A small menu under a button: arrow keys move, Escape closes and gives the focus back. */

import { el } from "./dom.js";

/** @typedef {{label: string, act: () => void}} Choice */

/** @param {HTMLElement} button @param {Choice[]} choices */
export function openMenu(button, choices) {
  const menu = el("div", { class: "menu", role: "menu", popover: "auto" });
  const items = choices.map(({ label, act }) => {
    const onclick = () => {
      menu.hidePopover();
      act();
    };
    return el("button", { type: "button", role: "menuitem", onclick }, label);
  });
  menu.append(...items);
  menu.addEventListener("keydown", (event) => moveFocus(event, items));
  menu.addEventListener("toggle", (event) => settle(/** @type {ToggleEvent} */ (event), menu, button));
  button.after(menu);
  button.setAttribute("aria-expanded", "true");
  menu.showPopover();
  place(menu, button);
  items[0].focus();
}

/** @param {ToggleEvent} event @param {HTMLElement} menu @param {HTMLElement} button */
function settle(event, menu, button) {
  if (event.newState === "open") return;
  button.setAttribute("aria-expanded", "false");
  menu.remove();
}

/** @param {HTMLElement} menu @param {HTMLElement} button */
function place(menu, button) {
  const { bottom, right } = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, right - width)}px`;
  menu.style.top = `${Math.min(bottom + 4, innerHeight - height - 8)}px`;
}

/** @param {KeyboardEvent} event @param {HTMLElement[]} items */
function moveFocus(event, items) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const now = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  items[(now + step + items.length) % items.length].focus();
}
