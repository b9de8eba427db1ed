/** Passing messages: the notification of something new, a toast from the bot, and what a screen reader should say. */

import { avatar } from "./avatar.js";
import { byId, el, iconButton } from "./dom.js";

const SHOWN_FOR = 8000;
const MOST = 3;

/** @param {string} text */
export function announce(text) {
  byId("live").textContent = text;
}

/**
 * @param {HTMLElement} content
 * @param {string} kind
 */
function show(content, kind) {
  const place = byId("toasts");
  const toast = el("div", { class: `toast ${kind}` }, content);
  const close = () => toast.remove();
  toast.append(iconButton("close", "Dismiss", close));
  place.append(toast);
  while (place.children.length > MOST) place.firstElementChild?.remove();
  setTimeout(close, SHOWN_FOR);
  return close;
}

/** @param {string} text what the bot, or the client, has to say */
export function say(text) {
  announce(text);
  show(el("p", {}, text), "plain");
}

/** @param {unknown} error whatever went wrong: one sentence for the person */
export function complain(error) {
  const text = error instanceof Error ? error.message : String(error);
  announce(text);
  show(el("p", {}, text), "problem");
}

/**
 * The notification of a message elsewhere, with the activity's summary.
 * @param {import("./types").Message} message
 * @param {string} text
 * @param {() => void} open
 * @returns {() => void} takes it away again
 */
export function notification(message, text, open) {
  announce(`${message.from.name}: ${text}`);
  const words = el("span", { class: "words" }, el("strong", {}, message.from.name), el("span", {}, text));
  const button = el("button", { type: "button", class: "notification" }, avatar(message.from), words);
  const close = show(button, "news");
  button.addEventListener("click", () => {
    close();
    open();
  });
  return close;
}
