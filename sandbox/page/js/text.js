/** Message texts: what people type stays plain; what the bot writes may use the little Markdown that Teams draws. */

import { el } from "./dom.js";

/** Neither markup nor pictures: a card or message can never fetch anything from outside this machine. */
const UNSUPPORTED = [
  "image",
  "heading",
  "lheading",
  "table",
  "code",
  "fence",
  "blockquote",
  "hr",
  "reference",
  "html_block",
  "html_inline",
];

/** @type {ReturnType<typeof markdownit> | null} */
let renderer = null;

/** @param {string} source @returns {string} safe HTML */
export function markdown(source) {
  if (!renderer) {
    renderer = markdownit({ html: false, linkify: false, breaks: true });
    renderer.disable(UNSUPPORTED);
  }
  return renderer.render(source);
}

const MENTION = /<at[^>]*>(.*?)<\/at>/g;

/** @param {string} text as sent over the wire, with <at>Name</at> for a mention @returns {string} as read aloud */
export const spoken = (text) => text.replace(MENTION, "@$1");

/** @param {string} text @returns {HTMLElement} */
export function personText(text) {
  const parts = text.split(MENTION);
  const nodes = parts.map((part, index) => (index % 2 ? el("span", { class: "mention" }, part) : part));
  return el("div", { class: "text" }, nodes);
}

/** @param {string} text @returns {HTMLElement} */
export function botText(text) {
  const node = el("div", { class: "text" });
  node.innerHTML = markdown(spoken(text));
  return node;
}
