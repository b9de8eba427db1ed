/** Bad days at one click: what the services behind the bot should suffer, and a banner while they do. */

import * as api from "./api.js";
import { byId, el } from "./dom.js";
import { complain } from "./notify.js";
import { change, state, watch } from "./state.js";
import { clockWithSeconds } from "./time.js";

/**
 * @typedef {import("./types").Fault} Fault
 * @typedef {{target: string, name: string, about: string}} Target
 * @typedef {{kind: string, name: string, about: string, settings: Partial<Fault>}} Kind
 */

/** @type {Target[]} */
const TARGETS = [
  { target: "graph", name: "Microsoft Graph", about: "where the SharePoint lists are written" },
  { target: "teams", name: "Teams", about: "where the bot sends its messages" },
];

/** @type {Kind[]} */
const KINDS = [
  { kind: "down", name: "Down", about: "Connections break without an answer", settings: {} },
  {
    kind: "throttle",
    name: "Throttled",
    about: "Every request is told: too many, wait 5 seconds (429)",
    settings: { retry_after: 5 },
  },
  {
    kind: "unavailable",
    name: "Unavailable",
    about: "Every request is told: not now (503)",
    settings: { retry_after: 5 },
  },
  { kind: "slow", name: "Slow", about: "Every request takes 4 seconds longer", settings: { seconds: 4 } },
];

const LOOK_EVERY = 3000;
const REQUESTS_SHOWN = 15;

export function startFaults() {
  watch(["faults"], drawBanner);
  loadFaults().catch(complain);
  setInterval(() => document.visibilityState === "visible" && loadFaults().catch(quiet), LOOK_EVERY);
}

/** The event stream already shows that the sandbox is gone; saying it every few seconds helps nobody. */
const quiet = () => undefined;

async function loadFaults() {
  const faults = await api.faults();
  if (JSON.stringify(faults) !== JSON.stringify(state.faults)) change({ faults });
}

/** @param {Target} target @param {Kind} kind */
const matching = (target, kind) =>
  state.faults.filter((fault) => fault.target === target.target && fault.kind === kind.kind);

function drawBanner() {
  const on = TARGETS.flatMap((target) =>
    KINDS.filter((kind) => matching(target, kind).length).map(
      (kind) => `${target.name}: ${kind.name.toLowerCase()}`,
    ),
  );
  const others = state.faults.length > 0 && on.length === 0 ? ["set by a test"] : [];
  const banner = byId("fault-banner");
  banner.hidden = state.faults.length === 0;
  const off = el(
    "button",
    { type: "button", class: "link", onclick: () => allOff().catch(complain) },
    "Switch all off",
  );
  banner.replaceChildren(el("strong", {}, "Faults are on."), ` ${[...on, ...others].join(", ")}. `, off);
}

async function allOff() {
  await api.clearFaults();
  await loadFaults();
}

/** @param {Target} target @param {Kind} kind */
async function toggle(target, kind) {
  if (matching(target, kind).length) {
    await switchOff(target, kind);
  } else {
    await api.addFault({ target: target.target, kind: kind.kind, ...kind.settings });
  }
  await loadFaults();
}

/** The sandbox clears a whole target, so its other faults are put back. @param {Target} target @param {Kind} kind */
async function switchOff(target, kind) {
  const stay = state.faults.filter((fault) => fault.target === target.target && fault.kind !== kind.kind);
  await api.clearFaults(target.target);
  await Promise.all(stay.map((fault) => api.addFault(fault)));
}

/** @returns {{node: HTMLElement, update: () => void, stop: () => void}} */
export function faultsView() {
  const switches = el("div", { class: "switches" });
  const seen = el("div", { class: "seen-requests" });
  const head = el(
    "header",
    { class: "conversation-head" },
    el(
      "div",
      { class: "names" },
      el("h1", {}, "Faults"),
      el("p", {}, "Give the services behind the bot a bad day, and see that nothing is lost"),
    ),
  );
  const node = el(
    "section",
    { class: "faults-view", "aria-label": "Faults" },
    head,
    el("div", { class: "scroll" }, switches, el("h2", {}, "What the bot asked lately"), seen),
  );
  const parts = TARGETS.map(targetPart);
  switches.append(...parts.map(({ part }) => part));
  const update = () => parts.forEach((part) => part.update());
  const look = () => loadRequests(seen).catch(quiet);
  look();
  const timer = setInterval(look, LOOK_EVERY);
  return { node, update, stop: () => clearInterval(timer) };
}

/** @param {Target} target */
function targetPart(target) {
  const kinds = KINDS.map((kind) => switchFor(target, kind));
  const legend = el("legend", {}, target.name, " ", el("span", {}, target.about));
  const part = el(
    "fieldset",
    {},
    legend,
    kinds.map(({ button }) => button),
  );
  return { part, update: () => kinds.forEach((kind) => kind.update()) };
}

/** @param {Target} target @param {Kind} kind */
function switchFor(target, kind) {
  const onclick = () => toggle(target, kind).catch(complain);
  const attributes = {
    type: "button",
    role: "switch",
    class: "switch",
    "aria-checked": "false",
    "aria-label": `${target.name}: ${kind.name}`,
    onclick,
  };
  const words = el("span", { class: "words" }, el("strong", {}, kind.name), el("span", {}, kind.about));
  const button = el("button", attributes, words, el("span", { class: "knob", "aria-hidden": "true" }));
  const update = () => button.setAttribute("aria-checked", String(matching(target, kind).length > 0));
  return { button, update };
}

/** The ids of sites and conversations fill a line each: their beginnings are enough. @param {string} path */
const short = (path) => path.replace(/([^/]{12})[^/]{12,}/g, "$1…");

/** @param {HTMLElement} place */
async function loadRequests(place) {
  const found = await Promise.all(
    TARGETS.map(async ({ target, name }) =>
      (await api.requests(target)).slice(-REQUESTS_SHOWN).map((request) => ({ name, ...request })),
    ),
  );
  const latest = found
    .flat()
    .sort((one, other) => other.at.localeCompare(one.at))
    .slice(0, REQUESTS_SHOWN);
  const rows = latest.map(({ name, method, path, status, at }) =>
    el(
      "tr",
      {},
      [clockWithSeconds(at), name].map((text) => el("td", {}, text)),
      el("td", { title: path }, `${method} ${short(path)}`),
      el("td", { class: status >= 400 || !status ? "bad" : null }, status || "no answer"),
    ),
  );
  const heads = ["Time", "Service", "Request", "Answer"].map((text) => el("th", { scope: "col" }, text));
  place.replaceChildren(
    rows.length
      ? el("table", { class: "grid" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows))
      : el("p", { class: "hint" }, "Nothing yet."),
  );
}
