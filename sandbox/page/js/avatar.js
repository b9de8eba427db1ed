/** A round picture with a person's initials, or the bot's own sign. */

import { el } from "./dom.js";

const RANKS = new Set(["PC", "PCSO", "Insp", "Sgt", "Dr", "Cllr"]);
const TONES = 8;

/** @param {string} name @returns {string} */
export function initials(name) {
  const words = name.split(" ").filter((word) => word && !RANKS.has(word));
  const first = words[0]?.[0] ?? "?";
  const last = words.length > 1 ? words[words.length - 1][0] : "";
  return (first + last).toUpperCase();
}

/** @param {string} text @returns {number} the same for the same text */
function tone(text) {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return sum % TONES;
}

/** @param {{id: string, name: string, bot?: boolean}} who @returns {HTMLElement} */
export function avatar(who) {
  if (who.bot) return el("img", { class: "avatar bot", src: "icon.svg", alt: "", width: 32, height: 32 });
  return el("span", { class: `avatar tone-${tone(who.id)}`, "aria-hidden": "true" }, initials(who.name));
}
