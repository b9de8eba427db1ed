/** Dialogs (task modules): one at a time, in the middle, with the rest of the page out of reach until it is closed. */

import { drawCard } from "./card.js";
import { el, iconButton } from "./dom.js";
import { announce } from "./notify.js";

const WIDTHS = /** @type {Record<string, number>} */ ({ small: 400, medium: 600, large: 900 });
const HEIGHTS = /** @type {Record<string, number>} */ ({ small: 320, medium: 520, large: 720 });

const title = el("h2", { id: "dialog-title" });
const problem = el("p", { class: "dialog-problem", role: "alert", hidden: true });
const body = el("div", { class: "dialog-body", tabindex: "-1", "aria-labelledby": "dialog-title" });
const close = iconButton("close", "Close", () => frame.close());
const frame = el(
  "dialog",
  { class: "task", "aria-labelledby": "dialog-title" },
  el("header", {}, el("img", { src: "icon.svg", alt: "", width: 24, height: 24 }), title, close),
  problem,
  body,
);
document.body.append(frame);
frame.addEventListener("close", () => body.replaceChildren());

/** @param {Record<string, number>} named @param {number | string | null} size @param {string} otherwise */
const pixels = (named, size, otherwise) =>
  typeof size === "number" ? size : (named[size ?? ""] ?? named[otherwise]);

/**
 * Shows a page of a dialog: the first opens it, the next ones take its place.
 * @param {import("./types").DialogContent} content
 * @param {import("./card.js").OnPress} onPress
 */
export function showDialog(content, onPress) {
  frame.dataset.dialog = content.id;
  open(content.title, drawCard(content.card, onPress), "page");
  frame.style.setProperty("--task-width", `${pixels(WIDTHS, content.width, "medium")}px`);
  frame.style.setProperty("--task-height", `${pixels(HEIGHTS, content.height, "medium")}px`);
}

/** @param {string} text */
export function showDialogText(text) {
  const done = el("button", { type: "button", class: "primary", onclick: closeDialog }, "Close");
  open(title.textContent || "Message", el("div", { class: "dialog-text" }, el("p", {}, text), done), "words");
}

/** @param {string} heading @param {HTMLElement} content @param {"page" | "words"} kind */
function open(heading, content, kind) {
  frame.dataset.kind = kind;
  title.textContent = heading;
  problem.hidden = true;
  body.replaceChildren(content);
  body.scrollTop = 0;
  if (!frame.open) frame.showModal();
  body.focus();
  announce(heading);
}

/** What was typed stays where it is. @param {string} text */
export function showDialogError(text) {
  problem.textContent = text;
  problem.hidden = false;
}

/** Whether this dialog is still in front of the person: an answer that comes after they left it changes nothing.
 * @param {string} id */
export const isShowing = (id) => frame.open && frame.dataset.dialog === id;

export function closeDialog() {
  frame.close();
}
