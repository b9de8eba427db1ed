/** Adaptive Cards, drawn by Microsoft's own renderer as Teams does: schema 1.5, inputs checked before a button acts. */

import { el } from "./dom.js";
import { HOST_CONFIG } from "./host-config.js";
import { openLink } from "./lists.js";
import { openMenu } from "./menu.js";
import { markdown, spoken } from "./text.js";

/**
 * What was pressed: the button's id or its place on the card, what the inputs hold that it takes along, and which toggles
 * were pressed since the card was drawn.
 * @typedef {{action: string, inputs: Record<string, string>, after_toggle: string[]}} Press
 * @typedef {(press: Press) => Promise<void>} OnPress
 *
 * @typedef {object} Drawn a card on the screen
 * @property {import("adaptivecards").AdaptiveCard} card
 * @property {HTMLElement} frame
 * @property {string[]} toggles pressed until now
 * @property {Set<string>} typeable ids of the inputs that were to be seen until now
 */

/** @type {import("adaptivecards").HostConfig | null} */
let hostConfig = null;

function prepareRenderer() {
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown(spoken(text));
    result.didProcess = true;
  };
  AdaptiveCards.GlobalSettings.allowMoreThanMaxActionsInOverflowMenu = true;
  return new AdaptiveCards.HostConfig(HOST_CONFIG);
}

/**
 * @param {import("./types").CardJson} json
 * @param {OnPress} onPress
 * @returns {HTMLElement}
 */
export function drawCard(json, onPress) {
  hostConfig ??= prepareRenderer();
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = hostConfig;
  const frame = frameForCard();
  /** @type {Drawn} */
  const drawn = { card, frame, toggles: [], typeable: new Set() };
  card.onExecuteAction = (action) => act(action, drawn, onPress);
  card.onDisplayOverflowActionMenu = openOverflow;
  card.onAnchorClicked = (_, anchor) => {
    openLink(anchor.href);
    return true;
  };
  const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
  forgetLastLanguage();
  card.parse(withNames(json, ""), context);
  warn(context);
  const rendered = card.render();
  if (rendered) frame.append(rendered);
  nameGroups(frame);
  return frame;
}

/** The buttons beyond the sixth of a row. @param {readonly import("adaptivecards").Action[]} actions @param {HTMLElement} [button] */
function openOverflow(actions, button) {
  if (!button) return false;
  const choices = actions.map((action) => ({ label: action.title ?? "", act: () => action.execute() }));
  openMenu(button, choices);
  return true;
}

/**
 * The same card, where every action without an id is named by its place, a JSON pointer: so each of several buttons with
 * one title can be pressed.
 * @param {any} part
 * @param {string} place
 * @returns {any}
 */
function withNames(part, place) {
  if (Array.isArray(part)) return part.map((each, index) => withNames(each, `${place}/${index}`));
  if (part === null || typeof part !== "object") return part;
  const named = Object.entries(part).map(([key, value]) => [
    key,
    key === "data" ? value : withNames(value, `${place}/${step(key)}`),
  ]);
  const isNameless = String(part.type).startsWith("Action.") && !part.id;
  return { ...Object.fromEntries(named), ...(isNameless && { id: place }) };
}

/** @param {string} key */
const step = (key) => key.replaceAll("~", "~0").replaceAll("/", "~1");

/** A form of its own, so that radio buttons of one name on two cards do not switch each other off. */
function frameForCard() {
  return el("form", { class: "card", onsubmit: (/** @type {Event} */ event) => event.preventDefault() });
}

/** The renderer names a set of choices by its first choice only; a screen reader should hear a named group.
 * @param {HTMLElement} frame */
function nameGroups(frame) {
  for (const set of frame.querySelectorAll(".ac-choiceSetInput-expanded, .ac-choiceSetInput-multiSelect")) {
    const first = set.querySelector("input");
    const [label, choice] = (first?.getAttribute("aria-labelledby") ?? "").trim().split(/\s+/);
    if (!first || !choice) continue;
    set.setAttribute("role", first.type === "radio" ? "radiogroup" : "group");
    set.setAttribute("aria-labelledby", label);
  }
}

/** The renderer's pattern for "lang" is a global one: without this it refuses every second card's language. */
function forgetLastLanguage() {
  const pattern = AdaptiveCards.CardElement.langProperty.regEx;
  if (pattern) pattern.lastIndex = 0;
}

/** A card that the renderer does not quite understand is the author's mistake: the console says which.
 * @param {import("adaptivecards").SerializationContext} context */
function warn(context) {
  for (let index = 0; index < context.eventCount; index++) {
    console.warn(`Adaptive Card: ${context.getEventAt(index).message}`);
  }
}

/**
 * @param {import("adaptivecards").Action} action
 * @param {Drawn} drawn
 * @param {OnPress} onPress
 */
async function act(action, drawn, onPress) {
  const { frame, toggles } = drawn;
  noteTypeable(drawn);
  if (action instanceof AdaptiveCards.OpenUrlAction) openLink(action.getHref() ?? "");
  if (action instanceof AdaptiveCards.ToggleVisibilityAction) toggles.push(action.id ?? "");
  const answers = action instanceof AdaptiveCards.SubmitActionBase;
  if (!answers || frame.getAttribute("aria-busy") === "true") return;
  setBusy(frame, true);
  try {
    const inputs = inputsOf(action, drawn);
    await onPress({ action: action.id ?? "", inputs, after_toggle: [...toggles] });
  } finally {
    setBusy(frame, false);
  }
}

/** What was typed into an input before a toggle hid it is sent all the same. @param {Drawn} drawn */
function noteTypeable({ card, typeable }) {
  for (const input of card.getAllInputs()) {
    if (input.id && isShown(input)) typeable.add(input.id);
  }
}

/** @param {import("adaptivecards").CardElement} element @returns {boolean} */
const isShown = (element) => element.isVisible && (!element.parent || isShown(element.parent));

/** @param {HTMLElement} frame @param {boolean} busy */
function setBusy(frame, busy) {
  frame.setAttribute("aria-busy", String(busy));
}

/** What each input holds now, as text; an empty one is sent as empty, so that clearing a filled-in answer clears it.
 * @param {import("adaptivecards").Action} action @param {Drawn} drawn */
function inputsOf(action, { typeable }) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const input of Object.values(action.getReferencedInputs() ?? {})) {
    if (input.id && typeable.has(input.id)) values[input.id] = textOf(input.value);
  }
  return values;
}

/** @param {unknown} value a number input without a number has NaN */
const textOf = (value) => (value === undefined || value === null || Number.isNaN(value) ? "" : String(value));
