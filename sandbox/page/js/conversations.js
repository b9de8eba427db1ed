/** Keeping the conversations fresh: what was said, what is unread, and who should be told. */

import * as api from "./api.js";
import { complain, notification } from "./notify.js";
import { go } from "./route.js";
import { change, channel, me, state } from "./state.js";
import { spoken } from "./text.js";

/** @typedef {import("./types").Message} Message */

const GATHER = 60;
const MOST_AT_ONCE = 2;

/**
 * A burst of events costs few looks, and looks at one conversation never overtake each other.
 * @typedef {{waiting: boolean, running: Promise<void> | null, again: boolean}} Look
 * @type {Map<string, Look>}
 */
const looks = new Map();

/** @param {string} conversation @returns {Look} */
function lookAt(conversation) {
  const look = looks.get(conversation) ?? { waiting: false, running: null, again: false };
  looks.set(conversation, look);
  return look;
}

/** Notifications on screen, to be taken away once their conversation is read. @type {Map<string, (() => void)[]>} */
const told = new Map();

/** Everything that this person can see: what is unread shows from the first moment. */
export async function loadAll() {
  const channels = state.places.teams.flatMap((team) => team.channels);
  await Promise.all([...channels, ...state.places.chats].map(({ id }) => load(id)));
}

/** @param {string} conversation */
export function loadSoon(conversation) {
  const look = lookAt(conversation);
  if (look.waiting) return;
  look.waiting = true;
  setTimeout(() => {
    look.waiting = false;
    load(conversation).catch(complain);
  }, GATHER);
}

/** @param {string} conversation @returns {Promise<void>} */
export async function load(conversation) {
  const look = lookAt(conversation);
  if (look.running) {
    look.again = true;
    return look.running;
  }
  look.running = loadUntilSettled(conversation, look).finally(() => {
    look.running = null;
  });
  return look.running;
}

/** @param {string} conversation @param {{again: boolean}} look */
async function loadUntilSettled(conversation, look) {
  do {
    look.again = false;
    const who = me().id;
    const messages = await api.messages(who, conversation, isOpen(conversation));
    if (who === me().id) receive(conversation, messages);
  } while (look.again);
}

/** @param {string} conversation @param {Message[]} messages */
function receive(conversation, messages) {
  const before = state.conversations[conversation];
  change({ conversations: { ...state.conversations, [conversation]: messages } });
  if (isOpen(conversation)) markSeen(conversation);
  if (before) tellOfNew(conversation, before, messages);
}

/** @param {string} conversation @param {Message[]} before @param {Message[]} messages */
function tellOfNew(conversation, before, messages) {
  const known = new Set(before.map(({ id }) => id));
  const fresh = messages.filter((message) => message.notification && !known.has(message.id));
  if (isOpen(conversation)) return;
  const view = channel(conversation) ? "teams" : "chat";
  for (const message of fresh.slice(-MOST_AT_ONCE)) {
    const close = notification(message, message.notification ?? "", () => go({ view, id: conversation }));
    told.set(conversation, [...(told.get(conversation) ?? []), close]);
  }
}

/** @param {Message} message @returns {string} one line for a notification or a list */
export const gist = (message) => message.summary || spoken(message.text ?? "") || "Sent a card";

/** @param {string} conversation */
const isOpen = (conversation) => state.route.id === conversation && document.visibilityState === "visible";

/** @param {Message[]} messages @returns {string} */
const newest = (messages) => messages.reduce((last, { at }) => (at > last ? at : last), "");

/** What was there before this browser first came here is not news. */
const firstVisit = localStorage.getItem("first-visit") ?? new Date().toISOString();
localStorage.setItem("first-visit", firstVisit);

/** @param {string} conversation @returns {number} */
export function unread(conversation) {
  const seen = state.seen[conversation] ?? firstVisit;
  const messages = state.conversations[conversation] ?? [];
  return messages.filter(({ at, from }) => at > seen && from.id !== me().id).length;
}

/** @param {string} conversation */
export function markSeen(conversation) {
  told.get(conversation)?.forEach((close) => close());
  told.delete(conversation);
  const last = newest(state.conversations[conversation] ?? []);
  if (last <= (state.seen[conversation] ?? "")) return;
  const seen = { ...state.seen, [conversation]: last };
  localStorage.setItem(seenKey(me().id), JSON.stringify(seen));
  change({ seen });
}

export function markOpenSeen() {
  if (isOpen(state.route.id)) markSeen(state.route.id);
}

/** @param {string} person @returns {Record<string, string>} */
export const recallSeen = (person) => JSON.parse(localStorage.getItem(seenKey(person)) ?? "{}");

/** @param {string} person */
const seenKey = (person) => `seen:${person}`;
