/** One message: who, when, what, its card, and the menu that every message has in Teams. */

import { avatar } from "./avatar.js";
import { drawCard } from "./card.js";
import { el, iconButton } from "./dom.js";
import { openMenu } from "./menu.js";
import { presser, refer, refresh } from "./press.js";
import { me } from "./state.js";
import { botText, personText, spoken } from "./text.js";
import { fullTime, messageTime } from "./time.js";

/** @typedef {import("./types").Message} Message */

/** @param {Message} message @param {string} conversation @returns {HTMLElement} */
export function drawMessage(message, conversation) {
  const { from } = message;
  const mine = from.id === me().id;
  return el(
    "article",
    {
      class: `message${mine ? " mine" : ""}${message.card ? " has-card" : ""}`,
      tabindex: "-1",
      "aria-label": label(message),
    },
    avatar(from),
    el(
      "div",
      { class: "bubble" },
      el(
        "header",
        {},
        el("strong", {}, from.name),
        message.via && el("span", { class: "via" }, `via ${message.via}`),
        time(message),
        message.edited && el("span", { class: "edited" }, "Edited"),
      ),
      content(message, conversation),
    ),
    moreButton(message, conversation),
  );
}

/** @param {Message} message */
const label = ({ from, at, text, summary }) =>
  [from.name, messageTime(at), summary || spoken(text ?? "")].filter(Boolean).join(", ");

/** @param {Message} message */
const time = ({ at }) => el("time", { datetime: at, title: fullTime(at) }, messageTime(at));

/** @param {Message} message @param {string} conversation */
function content(message, conversation) {
  const { text, card, from } = message;
  const words = text ? (from.bot ? botText(text) : personText(text)) : null;
  return [words, card && drawCard(card, presser({ conversation, message: message.id }))];
}

/** @param {Message} message @param {string} conversation */
function moreButton(message, conversation) {
  /** @type {import("./menu.js").Choice[]} */
  const choices = [{ label: "Refer this message", act: () => refer(conversation, message.id) }];
  if (message.card?.refresh) {
    choices.push({ label: "Refresh card", act: () => refresh(conversation, message.id) });
  }
  if (message.text) choices.push({ label: "Copy text", act: () => copy(message) });
  const label = `More options for the message from ${message.from.name}`;
  const looks = { class: "icon-button more", "aria-haspopup": "menu", title: "More options" };
  const button = iconButton("more", label, () => openMenu(button, choices), looks);
  return button;
}

/** @param {Message} message */
function copy(message) {
  navigator.clipboard.writeText(spoken(message.text ?? ""));
}
