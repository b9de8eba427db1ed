/** The box to write in: Enter sends, Shift+Enter makes a new line. */

import * as api from "./api.js";
import { drawCard } from "./card.js";
import { load } from "./conversations.js";
import { el, icon, iconButton } from "./dom.js";
import { complain } from "./notify.js";
import { insert, refer } from "./press.js";
import { searchButton } from "./search.js";
import { bot, channel, me } from "./state.js";

/**
 * @typedef {import("./types").Result} Result
 *
 * @typedef {object} Box
 * @property {string} conversation
 * @property {string} placeholder
 * @property {boolean} inChannel
 * @property {string} [replyTo]
 *
 * @typedef {object} Draft what is about to be sent
 * @property {HTMLTextAreaElement} words
 * @property {HTMLElement | null} mention
 * @property {HTMLElement} attached where the chosen card stands
 * @property {Result | null} chosen
 */

/** @param {Box} box @returns {HTMLFormElement} */
export function composeBox(box) {
  const words = el("textarea", { rows: 1, "aria-label": box.placeholder, placeholder: box.placeholder });
  const mention = box.inChannel ? mentionToggle(words) : null;
  const attached = el("div", { class: "attached", hidden: true });
  /** @type {Draft} */
  const draft = { words, mention, attached, chosen: null };
  const submit = () => {
    send(box, draft).catch(complain);
  };
  words.addEventListener("keydown", (event) => sendOnEnter(event, submit));
  const onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    submit();
  };
  const onChoose = (/** @type {Result} */ result) => attach(box, draft, result);
  const tools = el("div", { class: "compose-tools" }, mention, referButton(box), searchButton(box, onChoose));
  tools.append(el("span", { class: "gap" }), sendButton());
  return el("form", { class: "compose", onsubmit }, attached, words, tools);
}

/** Shows the chosen card above the words: nothing on it can be pressed before it is sent.
 * @param {Box} box @param {Draft} draft @param {Result} result */
function attach(box, draft, result) {
  const remove = iconButton("close", "Remove the card", () => detach(draft));
  const card = el(
    "div",
    { inert: true },
    drawCard(result.card, async () => {}),
  );
  draft.chosen = result;
  draft.attached.replaceChildren(card, remove);
  if (bringsAppAlong(box, result)) {
    draft.attached.append(
      el("p", { class: "hint" }, `Sending it adds ${bot()?.name ?? "the app"} to this team.`),
    );
  }
  draft.attached.hidden = false;
  if (draft.mention) draft.mention.hidden = true;
  draft.words.focus();
}

/** @param {Draft} draft */
function detach(draft) {
  draft.chosen = null;
  draft.attached.replaceChildren();
  draft.attached.hidden = true;
  if (draft.mention) draft.mention.hidden = false;
  draft.words.focus();
}

/** A card that talks to the bot is of no use where the bot is not. @param {Box} box @param {Result} result */
const bringsAppAlong = ({ conversation }, { card }) =>
  channel(conversation)?.team.installed === false && JSON.stringify(card).includes('"Action.Execute"');

/** @param {KeyboardEvent} event @param {() => void} submit */
function sendOnEnter(event, submit) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
}

/** @param {Box} box @param {Draft} draft */
async function send(box, draft) {
  const { conversation, replyTo } = box;
  const { words, mention, chosen } = draft;
  const text = words.value.trim();
  if (chosen) {
    const sent = await insert({ conversation, result: chosen.id, text, reply_to: replyTo });
    if (!sent) return;
    detach(draft);
  } else {
    const mentionBot = mention?.getAttribute("aria-pressed") === "true";
    if (!text && !mentionBot) return;
    await api.send(me().id, { conversation, text, mention_bot: mentionBot, reply_to: replyTo });
    await load(conversation);
  }
  words.value = "";
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
