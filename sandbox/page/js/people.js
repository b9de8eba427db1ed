/** The person switcher: the whole cast by agency, with what each of them does in the hubs. */

import { avatar } from "./avatar.js";
import { byId, el } from "./dom.js";
import { me, shortName, state, watch } from "./state.js";

/** @typedef {import("./types").Person} Person */

const panel = el("div", {
  class: "people",
  popover: "auto",
  role: "dialog",
  "aria-label": "Choose who you are",
});
const filter = el("input", {
  type: "search",
  "aria-label": "Find a person or agency",
  placeholder: "Find a person or agency",
});
const groups = el("div", { class: "people-groups" });

/** @param {Person} person @returns {string} "coordinator of Allerdale", or "partner" */
export function roleOf(person) {
  const roles = Object.entries(person.roles ?? {}).map(([hub, role]) => `${role} of ${hubName(hub)}`);
  return roles.join(", ") || "partner";
}

/** @param {string} hub */
function hubName(hub) {
  const team = state.places.teams.find(({ channels }) => channels.some((channel) => channel.hub === hub));
  return team ? shortName(team) : hub;
}

/** @param {(person: Person) => void} onChoose */
export function startPeople(onChoose) {
  panel.append(
    el("p", { class: "hint" }, "The sandbox lets you be anybody. Each person sees only their own hubs."),
    filter,
    groups,
  );
  document.body.append(panel);
  filter.addEventListener("input", () => drawGroups(onChoose));
  panel.addEventListener("toggle", (event) => opened(/** @type {ToggleEvent} */ (event), onChoose));
  byId("person").addEventListener("click", () => panel.togglePopover());
  watch(["me", "places"], drawButton);
}

/** @param {ToggleEvent} event @param {(person: Person) => void} onChoose */
function opened(event, onChoose) {
  const isOpen = event.newState === "open";
  byId("person").setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) return;
  filter.value = "";
  drawGroups(onChoose);
  filter.focus();
}

function drawButton() {
  const person = me();
  const words = el(
    "span",
    { class: "words" },
    el("strong", {}, person.name),
    el("span", {}, `${person.agency}, ${roleOf(person)}`),
  );
  const button = byId("person");
  button.setAttribute("aria-label", `You are ${person.name}, ${person.agency}. Be somebody else`);
  button.replaceChildren(words, avatar(person));
}

/** @param {(person: Person) => void} onChoose */
function drawGroups(onChoose) {
  const wanted = filter.value.trim().toLowerCase();
  const fits = (/** @type {Person} */ { name, agency }) => `${name} ${agency}`.toLowerCase().includes(wanted);
  const byAgency = grouped(state.people.filter(fits));
  const sections = [...byAgency].map(([agency, people]) =>
    el(
      "section",
      { "aria-label": agency },
      el("h3", {}, agency),
      el(
        "ul",
        {},
        people.map((person) => choice(person, onChoose)),
      ),
    ),
  );
  groups.replaceChildren(...(sections.length ? sections : [el("p", { class: "hint" }, "Nobody fits.")]));
}

/** @param {Person[]} people */
function grouped(people) {
  /** @type {Map<string, Person[]>} */
  const groups = new Map();
  for (const person of people) groups.set(person.agency, [...(groups.get(person.agency) ?? []), person]);
  return groups;
}

/** @param {Person} person @param {(person: Person) => void} onChoose */
function choice(person, onChoose) {
  const onclick = () => {
    panel.hidePopover();
    if (person.id !== me().id) onChoose(person);
  };
  const words = el("span", { class: "words" }, el("strong", {}, person.name), el("span", {}, roleOf(person)));
  const attributes = {
    type: "button",
    class: "entry",
    "aria-current": person.id === state.me?.id && "true",
    onclick,
  };
  return el("li", {}, el("button", attributes, avatar(person), words));
}
