/** The middle of the page for a chat or a channel: messages as bubbles, or posts with their replies. */

import { composeBox } from "./compose.js";
import * as api from "./api.js";
import { load } from "./conversations.js";
import { arrange, el, icon } from "./dom.js";
import { drawMessage } from "./message.js";
import { complain } from "./notify.js";
import { bot, change, channel, me, state } from "./state.js";
import { dayName } from "./time.js";

/** @typedef {import("./types").Message} Message */

const PAGE = 60;
const NEAR_BOTTOM = 120;

/**
 * @typedef {object} View
 * @property {string} conversation
 * @property {boolean} inChannel
 * @property {HTMLElement} list
 * @property {HTMLElement} scroll
 * @property {number} most posts or messages that are drawn
 * @property {Map<string, {node: HTMLElement, drawn: string}>} drawn by message id
 * @property {Map<string, HTMLElement>} kept what stands around the messages: posts, days, notes
 */

/** @param {string} conversation @returns {{node: HTMLElement, update: () => void}} */
export function conversationView(conversation) {
  const place = channel(conversation);
  const list = el("div", {
    class: place ? "posts" : "bubbles",
    role: "log",
    "aria-live": "off",
    "aria-label": "Messages",
  });
  const scroll = el("div", { class: "scroll", tabindex: "-1" }, list);
  /** @type {View} */
  const view = {
    conversation,
    inChannel: place !== null,
    list,
    scroll,
    most: PAGE,
    drawn: new Map(),
    kept: new Map(),
  };
  const node = el("section", { class: "conversation", "aria-label": title(conversation) });
  node.append(header(view), scroll, composeBox(mainBox(view)));
  let shown = false;
  const update = () => {
    const follow = !shown || isNearBottom(scroll);
    const sent = shown ? newOfMine(view) : undefined;
    draw(view);
    if (follow) scroll.scrollTop = scroll.scrollHeight;
    if (sent) view.drawn.get(sent.id)?.node.scrollIntoView({ block: "nearest" });
    shown ||= scroll.clientHeight > 0 && conversation in state.conversations; // a phone may show the other pane
  };
  return { node, update };
}

/** What this person has just sent: they want to see it, wherever they were. @param {View} view */
const newOfMine = (view) =>
  messagesOf(view)
    .filter(({ id, from }) => from.id === me().id && !view.drawn.has(id))
    .at(-1);

/** @param {HTMLElement} scroll */
const isNearBottom = (scroll) => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_BOTTOM;

/** @param {string} conversation @returns {string} */
function title(conversation) {
  const place = channel(conversation);
  if (place) return place.channel.name;
  return state.places.chats.find(({ id }) => id === conversation)?.name ?? "";
}

/** @param {View} view */
function header(view) {
  const place = channel(view.conversation);
  const names = [
    el("h1", {}, title(view.conversation)),
    el("p", {}, place ? place.team.name : "Chat with the app"),
  ];
  const jump = el(
    "button",
    { type: "button", class: "quiet jump", title: "Go to the hub card", onclick: () => jumpToHubCard(view) },
    icon("pin"),
    "Hub card",
  );
  return el(
    "header",
    { class: "conversation-head" },
    el("div", { class: "names" }, names),
    place?.channel.hub && jump,
  );
}

/** @param {View} view */
const mainBox = ({ conversation, inChannel }) => ({
  conversation,
  inChannel,
  placeholder: inChannel ? "Start a post" : "Type a message, for example refer or help",
});

/** The hub card is the first card that the bot posted; referrals push it up. @param {View} view */
function jumpToHubCard(view) {
  const first = messagesOf(view).find(({ from, card }) => from.bot && card);
  view.most = Infinity;
  draw(view);
  const node = first && view.drawn.get(first.id)?.node;
  node?.scrollIntoView({ block: "start" });
  node?.focus({ preventScroll: true });
}

/** @param {View} view @returns {Message[]} */
const messagesOf = ({ conversation }) => state.conversations[conversation] ?? [];

/** @param {View} view */
function draw(view) {
  const messages = messagesOf(view);
  const roots = view.inChannel ? messages.filter(({ id, root }) => id === root) : messages;
  const shown = view.most === Infinity ? roots : roots.slice(-view.most);
  const nodes = shown.flatMap((message, index) => [
    ...dayLine(view, message, shown[index - 1]),
    view.inChannel ? drawPost(view, message, messages) : drawOnce(view, message),
  ]);
  const earlier = roots.length > shown.length ? [keep(view, "earlier", () => earlierButton(view))] : [];
  arrange(view.list, [...earlier, ...nodes, ...closingNote(view, messages)]);
}

/** What is built once and then stays: a redraw neither moves nor replaces it.
 * @param {View} view @param {string} key @param {() => HTMLElement} build @returns {HTMLElement} */
function keep(view, key, build) {
  const node = view.kept.get(key) ?? build();
  view.kept.set(key, node);
  return node;
}

/** @param {View} view @param {Message} message @param {Message | undefined} previous */
function dayLine(view, message, previous) {
  const day = dayName(message.at);
  if (previous && dayName(previous.at) === day) return [];
  return [keep(view, `day ${day}`, () => el("p", { class: "day" }, day))];
}

/** @param {View} view */
function earlierButton(view) {
  const onclick = () => {
    view.most += PAGE;
    draw(view);
  };
  return el("button", { type: "button", class: "quiet", onclick }, "Show earlier messages");
}

/** A message is drawn again only when it changed: what stands half typed in another card stays.
 * @param {View} view @param {Message} message @returns {HTMLElement} */
function drawOnce(view, message) {
  const drawn = JSON.stringify(message);
  const known = view.drawn.get(message.id);
  if (known?.drawn === drawn) return known.node;
  const node = drawMessage(message, view.conversation);
  if (known?.node.contains(document.activeElement))
    requestAnimationFrame(() => node.focus({ preventScroll: true }));
  view.drawn.set(message.id, { node, drawn });
  return node;
}

/** @param {View} view @param {Message} root @param {Message[]} messages @returns {HTMLElement} */
function drawPost(view, root, messages) {
  const replies = messages.filter((message) => message.root === root.id && message.id !== root.id);
  const post = keep(view, `post ${root.id}`, () => el("div", { class: "post" }));
  const answer = keep(view, `answer ${root.id}`, () => answerPart(view, root));
  arrange(post, [...[root, ...replies].map((message) => drawOnce(view, message)), answer]);
  return post;
}

/** @param {View} view @param {Message} root */
function answerPart(view, root) {
  const part = el("div", { class: "answer" });
  const box = { conversation: view.conversation, inChannel: true, placeholder: "Reply", replyTo: root.id };
  const onclick = () => {
    part.replaceChildren(composeBox(box));
    part.querySelector("textarea")?.focus();
  };
  part.append(el("button", { type: "button", class: "quiet", onclick }, icon("reply"), "Reply"));
  return part;
}

/** What stands below the messages: the way to add the app, or a word where there is nothing yet.
 * @param {View} view @param {Message[]} messages @returns {HTMLElement[]} */
function closingNote(view, messages) {
  const { conversation, inChannel } = view;
  const here = channel(conversation)?.team ?? bot();
  if (here && !here.installed && !messages.some(({ from }) => from.bot)) {
    return [keep(view, "add", () => addNote(conversation, inChannel))];
  }
  if (messages.length || !(conversation in state.conversations)) return [];
  const words = inChannel ? "Nothing posted here yet." : "Type help, and the bot answers.";
  return [keep(view, "empty", () => el("p", { class: "empty" }, words))];
}

/** @param {string} conversation @param {boolean} inChannel */
function addNote(conversation, inChannel) {
  const name = bot()?.name ?? "The hub bot";
  const onclick = () => add(conversation, inChannel).catch(complain);
  const sentence = `${name} has not been added ${inChannel ? "to this team" : "for you"} yet.`;
  const button = el("button", { type: "button", class: "primary", onclick }, `Add ${name}`);
  return el("div", { class: "empty" }, el("p", {}, sentence), button);
}

/** @param {string} conversation @param {boolean} inChannel */
async function add(conversation, inChannel) {
  const team = channel(conversation)?.team.id ?? "";
  await api.install(me().id, inChannel ? "team" : "personal", team);
  change({ places: await api.places(me().id) });
  await load(conversation);
}
