/** Where the person is: kept in the address, so that back, forward and a reload work. */

import { change, channel, state } from "./state.js";

/** @typedef {import("./types").Route} Route */

const VIEWS = ["teams", "chat", "lists", "faults"];

/** @returns {Route | null} */
function fromAddress() {
  const [, view, id] = location.hash.split("/");
  if (!VIEWS.includes(view)) return null;
  return /** @type {Route} */ ({ view, id: decodeURIComponent(id ?? "") });
}

/** @param {Route} route */
const toAddress = ({ view, id }) => `#/${view}/${encodeURIComponent(id)}`;

/** The referral channel of the hub that the person works in: where a newcomer finds the Refer button.
 * @returns {Route} */
export function start() {
  const all = state.places.teams.flatMap(({ channels }) => channels);
  const roles = state.me?.roles ?? {};
  const best = all.find(({ hub }) => hub && hub in roles) ?? all.find(({ hub }) => hub) ?? all[0];
  return { view: "teams", id: best?.id ?? "" };
}

/** @param {Route} route */
export function exists({ view, id }) {
  if (view === "teams") return channel(id) !== null;
  if (view === "chat") return state.places.chats.some((chat) => chat.id === id);
  return true;
}

/** Follows the address. Where it leads nowhere for this person: to their own chat, or to the start. */
export function follow() {
  const wanted = fromAddress();
  const chat = state.places.chats[0];
  if (wanted && exists(wanted)) {
    change({ route: wanted });
  } else {
    go(wanted?.view === "chat" && chat ? { view: "chat", id: chat.id } : start());
  }
}

/** On a phone, one pane shows at a time. @param {"side" | "main"} pane */
export function showPane(pane) {
  document.body.dataset.pane = pane;
}

/** @param {Route} route */
export function go(route) {
  showPane("main");
  if (toAddress(route) === location.hash) {
    change({ route });
  } else {
    location.hash = toAddress(route);
  }
}
