/** Adaptive Cards, drawn by Microsoft's own renderer as Teams does: schema 1.5, inputs checked before a button acts. */

import { el } from "./dom.js";
import { HOST_CONFIG } from "./host-config.js";
import { openLink } from "./lists.js";
import { markdown } from "./text.js";

/**
 * @callback OnPress
 * @param {string} action the pressed button's id, or its title where it has no id
 * @param {Record<string, string>} inputs the values of the inputs that the button takes along
 * @returns {Promise<void>}
 */

/** @type {import("adaptivecards").HostConfig | null} */
let hostConfig = null;

function prepareRenderer() {
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown(text);
    result.didProcess = true;
  };
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
  card.onExecuteAction = (action) => act(action, frame, onPress);
  card.onAnchorClicked = (_, anchor) => {
    openLink(anchor.href);
    return true;
  };
  const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
  forgetLastLanguage();
  card.parse(json, context);
  warn(context);
  const drawn = card.render();
  if (drawn) frame.append(drawn);
  nameGroups(frame);
  return frame;
}

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
 * @param {HTMLElement} frame
 * @param {OnPress} onPress
 */
async function act(action, frame, onPress) {
  if (action instanceof AdaptiveCards.OpenUrlAction) {
    openLink(action.getHref() ?? "");
    return;
  }
  const answers = action instanceof AdaptiveCards.SubmitActionBase;
  if (!answers || frame.getAttribute("aria-busy") === "true") return;
  setBusy(frame, true);
  try {
    await onPress(action.id ?? action.title ?? "", inputsOf(action));
  } finally {
    setBusy(frame, false);
  }
}

/** @param {HTMLElement} frame @param {boolean} busy */
function setBusy(frame, busy) {
  frame.setAttribute("aria-busy", String(busy));
}

/** What each input holds now, as text; an empty one is sent as empty, so that clearing a filled-in answer clears it.
 * @param {import("adaptivecards").Action} action */
function inputsOf(action) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const input of Object.values(action.getReferencedInputs() ?? {})) {
    if (input.id && input.isVisible) values[input.id] = String(input.value ?? "");
  }
  return values;
}
