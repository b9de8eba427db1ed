/** The box to write in: Enter sends, Shift+Enter makes a new line. */

import * as api from "./api.js";
import { load } from "./conversations.js";
import { el, icon, iconButton } from "./dom.js";
import { complain } from "./notify.js";
import { refer } from "./press.js";
import { bot, me } from "./state.js";

/**
 * @typedef {object} Box
 * @property {string} conversation
 * @property {string} placeholder
 * @property {boolean} inChannel
 * @property {string} [replyTo]
 */

/** @param {Box} box @returns {HTMLFormElement} */
export function composeBox(box) {
  const words = el("textarea", { rows: 1, "aria-label": box.placeholder, placeholder: box.placeholder });
  const mention = box.inChannel ? mentionToggle(words) : null;
  const submit = () => {
    send(box, words, mention?.getAttribute("aria-pressed") === "true").catch(complain);
  };
  words.addEventListener("keydown", (event) => sendOnEnter(event, submit));
  const onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    submit();
  };
  return el(
    "form",
    { class: "compose", onsubmit },
    words,
    el(
      "div",
      { class: "compose-tools" },
      mention,
      referButton(box),
      el("span", { class: "gap" }),
      sendButton(),
    ),
  );
}

/** @param {KeyboardEvent} event @param {() => void} submit */
function sendOnEnter(event, submit) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
}

/** @param {Box} box @param {HTMLTextAreaElement} words @param {boolean} mentionBot */
async function send(box, words, mentionBot) {
  const text = words.value.trim();
  if (!text && !mentionBot) return;
  const { conversation, replyTo } = box;
  await api.send(me().id, { conversation, text, mention_bot: mentionBot, reply_to: replyTo });
  words.value = "";
  await load(conversation);
}

/** In a channel the bot hears only what mentions it. @param {HTMLTextAreaElement} words */
function mentionToggle(words) {
  const name = bot()?.name ?? "the bot";
  const onclick = () => {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    words.focus();
  };
  const title = "In a channel, the bot hears only messages that mention it";
  const button = el("button", {
    type: "button",
    class: "mention-toggle",
    "aria-pressed": "false",
    title,
    onclick,
  });
  button.append(icon("mention"), `Mention ${name}`);
  return button;
}

/** @param {Box} box */
const referButton = ({ conversation }) => iconButton("refer", "Refer from here", () => refer(conversation));

const sendButton = () =>
  el(
    "button",
    { type: "submit", class: "icon-button send", "aria-label": "Send message", title: "Send message" },
    icon("send"),
  );
