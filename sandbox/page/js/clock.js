/** The demo's time machine: the bot's date, and buttons that move it on, so that reviews and reminders come while you look. */

import * as api from "./api.js";
import { byId, el } from "./dom.js";
import { announce, complain } from "./notify.js";
import { longMoment } from "./time.js";

/** @typedef {import("./types").BotClock} BotClock */

const LOOK_EVERY = 5000;

/** @type {[import("./types").TimeStep, string][]} */
const STEPS = [
  ["tomorrow", "Tomorrow"],
  ["next_week", "Next week"],
  ["next_month", "Next month"],
];

/** Built once, so that neither the focus nor a click under way is lost when the minute changes. */
const words = el("p", { class: "clock-words" });
const buttons = STEPS.map(([step, name]) =>
  el("button", { type: "button", class: "clock-step", onclick: () => travel(step) }, name),
);
let underWay = false;
/** An answer counts only if nothing was asked since: an old one would turn the clock back for a moment. */
let newest = 0;

export function startClock() {
  byId("clock").append(words, el("div", { class: "clock-steps" }, buttons));
  look();
  setInterval(() => document.visibilityState === "visible" && look(), LOOK_EVERY);
}

/** Where the bot's clock cannot be moved, there is nothing to show. That the sandbox is gone is told elsewhere. */
function look() {
  if (underWay) return;
  newest += 1;
  const mine = newest;
  api
    .botClock()
    .then((clock) => mine === newest && draw(clock))
    .catch(() => undefined);
}

/** @param {BotClock} clock */
function draw({ now, travelled }) {
  const place = byId("clock");
  place.hidden = now === null;
  place.classList.toggle("travelled", travelled);
  if (now === null) return;
  const date = el("strong", {}, longMoment(now));
  const note = travelled ? " There is no way back but a new demo." : " Move it on to:";
  words.replaceChildren(
    travelled ? "You have travelled: for the bot it is " : "For the bot it is ",
    date,
    ".",
    el("span", { class: "clock-note" }, note),
  );
}

/** @param {import("./types").TimeStep} step */
async function travel(step) {
  if (underWay) return;
  newest += 1;
  setUnderWay(true);
  try {
    const clock = await api.moveBotClock(step);
    draw(clock);
    if (clock.now) announce(`For the bot it is ${longMoment(clock.now)}`);
  } catch (error) {
    complain(error);
  } finally {
    setUnderWay(false);
  }
}

/** Not `disabled`, which would take the focus away. @param {boolean} is */
function setUnderWay(is) {
  underWay = is;
  for (const button of buttons) button.setAttribute("aria-disabled", String(is));
}
