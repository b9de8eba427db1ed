/** The list at the left: teams with their channels, chats, or the SharePoint lists. */

import { avatar } from "./avatar.js";
import { gist, unread } from "./conversations.js";
import { byId, el, refill } from "./dom.js";
import { go } from "./route.js";
import { state, watch } from "./state.js";
import { messageTime } from "./time.js";

/** @typedef {import("./types").Route} Route */

const DRAW = { teams: drawTeams, chat: drawChats, lists: drawLists, faults: () => [] };

export function startSide() {
  watch(["route", "places", "conversations", "seen", "lists"], draw);
}

function draw() {
  const side = byId("side");
  side.hidden = state.route.view === "faults";
  refill(side, DRAW[state.route.view]());
}

function drawTeams() {
  const teams = state.places.teams.map((team) =>
    el(
      "section",
      { class: "team", "aria-label": team.name },
      el(
        "h3",
        {},
        el("span", { class: "team-sign", "aria-hidden": "true" }, team.name.slice(0, 2)),
        team.name,
      ),
      el(
        "ul",
        {},
        team.channels.map(({ id, name }) =>
          entry({ view: "teams", id }, [el("span", { class: "name" }, name)]),
        ),
      ),
    ),
  );
  return [el("h2", {}, "Teams"), ...teams];
}

function drawChats() {
  return [el("h2", {}, "Chat"), el("ul", {}, state.places.chats.map(chatEntry))];
}

/** @param {import("./types").Chat} chat */
function chatEntry({ id, name, kind }) {
  const last = state.conversations[id]?.at(-1);
  const words = el(
    "span",
    { class: "words" },
    el(
      "span",
      { class: "line" },
      el("span", { class: "name" }, name),
      last && el("time", {}, messageTime(last.at)),
    ),
    last && el("span", { class: "gist" }, gist(last)),
  );
  return entry({ view: "chat", id }, [avatar({ id, name, bot: kind === "bot" }), words]);
}

function drawLists() {
  const entries = state.lists.map(({ name, title, count }) =>
    entry({ view: "lists", id: name }, [
      el("span", { class: "name" }, title),
      el("span", { class: "count" }, count),
    ]),
  );
  return [el("h2", {}, "SharePoint lists"), el("ul", {}, entries)];
}

/** @param {Route} target @param {HTMLElement[]} content */
function entry(target, content) {
  const here = state.route.view === target.view && state.route.id === target.id;
  const count = unread(target.id);
  const onclick = () => go(target);
  const attributes = {
    type: "button",
    class: count ? "entry unread" : "entry",
    "aria-current": here && "page",
    "data-key": target.id,
    onclick,
  };
  const dot =
    count > 0 && el("span", { class: "dot" }, el("span", { class: "visually-hidden" }, `${count} unread`));
  return el("li", {}, el("button", attributes, content, dot));
}
