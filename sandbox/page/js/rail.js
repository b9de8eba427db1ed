/** The bar of apps: at the left of a desktop, at the bottom of a phone. */

import { unread } from "./conversations.js";
import { byId, el, icon, refill } from "./dom.js";
import { exists, go, showPane, start } from "./route.js";
import { state, watch } from "./state.js";

/**
 * @typedef {import("./types").Route} Route
 * @typedef {{view: Route["view"], name: string, first: () => string, count: () => number}} App
 */

/** @type {App[]} */
const APPS = [
  {
    view: "chat",
    name: "Chat",
    first: () => state.places.chats[0]?.id ?? "",
    count: () => total(state.places.chats),
  },
  {
    view: "teams",
    name: "Teams",
    first: () => start().id,
    count: () => total(state.places.teams.flatMap((team) => team.channels)),
  },
  { view: "lists", name: "Lists", first: () => state.lists[0]?.name ?? "", count: () => 0 },
  { view: "faults", name: "Faults", first: () => "", count: () => state.faults.length },
];

/** Coming back to an app opens what was open there. @type {Partial<Record<Route["view"], string>>} */
const last = {};

/** @param {{id: string}[]} places */
const total = (places) => places.reduce((sum, { id }) => sum + unread(id), 0);

export function startRail() {
  watch(["route", "places", "conversations", "seen", "faults", "lists"], draw);
}

function draw() {
  last[state.route.view] = state.route.id;
  refill(byId("rail"), APPS.map(button));
}

/** @param {App} app */
function button({ view, name, first, count }) {
  const here = state.route.view === view;
  const waiting = count();
  const badge = waiting > 0 && el("span", { class: "badge", "aria-hidden": "true" }, Math.min(waiting, 99));
  const label = waiting ? `${name}, ${waiting} ${view === "faults" ? "on" : "unread"}` : name;
  const attributes = {
    type: "button",
    class: "app",
    "aria-label": label,
    "aria-current": here && "page",
    "data-key": view,
    onclick: () => open(view, first),
  };
  return el("button", attributes, icon(view), badge, el("span", { class: "app-name" }, name));
}

/** On a phone an app opens with its list of places; on a desktop both stand side by side.
 * @param {Route["view"]} view @param {() => string} first */
function open(view, first) {
  const again = state.route.view === view;
  const before = { view, id: last[view] ?? "" };
  go(before.id && exists(before) ? before : { view, id: first() });
  if (view !== "faults" && (again || view !== "lists")) showPane("side");
}
