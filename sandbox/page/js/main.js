/** Starts the page: who is here, what they can see, and what happens while they look. */

import * as api from "./api.js";
import { startClock } from "./clock.js";
import { conversationView } from "./conversation.js";
import { load, loadAll, loadSoon, markOpenSeen, recallSeen } from "./conversations.js";
import { closeDialog } from "./dialog.js";
import { byId, el, icon } from "./dom.js";
import { faultsView, startFaults } from "./faults.js";
import { listView, loadLists, noLists } from "./lists.js";
import { announce, complain } from "./notify.js";
import { startPeople } from "./people.js";
import { startRail } from "./rail.js";
import { exists, follow as followAddress, go, showPane } from "./route.js";
import { startSide } from "./side.js";
import { change, me, state, watch } from "./state.js";
import { startStrip } from "./strip.js";
import { startTheme } from "./theme.js";

/**
 * @typedef {import("./types").Person} Person
 * @typedef {{node: HTMLElement, update: () => void, refresh?: () => void, stop?: () => void}} View
 */

const LIST_GATHER = 150;

/** @type {{key: string, view: View} | null} */
let shown = null;
let stopFollowing = () => {};
let listTimer = 0;

/** The middle of the page is built once for each place, then only updated. */
function drawMain() {
  const { view, id } = state.route;
  if (view === "lists" && !id && state.lists.length) {
    go({ view, id: state.lists[0].name });
    return;
  }
  const key = JSON.stringify([view, id, me().id]);
  if (shown?.key !== key) {
    shown?.view.stop?.();
    shown = { key, view: build() };
    byId("main").replaceChildren(shown.view.node);
  }
  shown.view.update();
  document.title = `${byId("main").querySelector("h1")?.textContent ?? "Lists"} · Local Focus Hubs (sandbox)`;
  markOpenSeen();
}

/** @returns {View} */
function build() {
  const { view, id } = state.route;
  if (view === "lists") return id ? listView(id) : noLists();
  if (view === "faults") return faultsView();
  if (exists(state.route)) load(id).catch(complain); // whoever opens a conversation looks at its cards
  return conversationView(id);
}

/** @param {{type: string, conversation?: string}} event */
function onEvent({ type, conversation }) {
  if (type === "list") {
    listTimer ||= setTimeout(refreshLists, LIST_GATHER);
  } else if (conversation) {
    loadSoon(conversation);
  }
}

function refreshLists() {
  listTimer = 0;
  loadLists().catch(complain);
  shown?.view.refresh?.();
}

/** The address names the person, so that a reload or a second tab keeps them. @param {Person} person */
async function become(person) {
  stopFollowing();
  const places = await api.places(person.id);
  history.replaceState(null, "", `?as=${person.id}${location.hash}`);
  change({ me: person, places, conversations: {}, seen: recallSeen(person.id) });
  followAddress();
  await catchUp();
  announce(`You are ${person.name}, ${person.agency}`);
}

async function catchUp() {
  stopFollowing();
  stopFollowing = api.follow(me().id, onEvent, () => catchUp().catch(complain));
  await Promise.all([loadAll(), loadLists()]);
}

/** A browser allows a machine six connections, and the event stream holds one: a tab out of sight gives it back. */
function onVisibility() {
  if (document.visibilityState === "hidden") {
    stopFollowing();
  } else if (state.me) {
    catchUp().catch(complain);
    markOpenSeen();
  }
}

function firstPerson() {
  const asked = new URLSearchParams(location.search).get("as");
  return state.people.find(({ id }) => id === asked) ?? state.people[0];
}

async function start() {
  if (typeof AdaptiveCards === "undefined" || typeof markdownit === "undefined") {
    throw new Error("The page's packages are missing: run make setup, then reload.");
  }
  byId("back").append(icon("back"));
  byId("back").addEventListener("click", () => showPane("side"));
  startTheme();
  change({ people: await api.people() });
  startStrip();
  startRail();
  startSide();
  startPeople((person) => become(person).catch(complain));
  watch(["route"], closeDialog);
  watch(["route", "places", "conversations", "lists", "faults"], drawMain);
  addEventListener("hashchange", followAddress);
  document.addEventListener("visibilitychange", onVisibility);
  showPane("main");
  await become(firstPerson());
  startFaults();
  startClock();
}

start().catch((error) => {
  byId("main").replaceChildren(el("p", { class: "empty", role: "alert" }, error.message));
});
