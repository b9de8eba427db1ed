/** Times as a British reader writes them. */

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const SECONDS = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const SHORT_DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const FULL = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const LONG_DAY = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const DATE = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

/** @param {Date} one @param {Date} other */
const sameDay = (one, other) => one.toDateString() === other.toDateString();

/** @param {string} at "10:41" today, "3 Nov 10:41" before @returns {string} */
export function messageTime(at) {
  const moment = new Date(at);
  const clock = CLOCK.format(moment);
  return sameDay(moment, new Date()) ? clock : `${SHORT_DAY.format(moment)} ${clock}`;
}

/** @param {string} at @returns {string} */
export function dayName(at) {
  const moment = new Date(at);
  return sameDay(moment, new Date()) ? "Today" : DAY.format(moment);
}

/** @param {string} at @returns {string} */
export const clockWithSeconds = (at) => SECONDS.format(new Date(at));

/** @param {string} at @returns {string} */
export const fullTime = (at) => FULL.format(new Date(at));

/** @param {string} at "Monday 21 December 2026, 10:41" @returns {string} */
export function longMoment(at) {
  const moment = new Date(at);
  return `${LONG_DAY.format(moment)}, ${CLOCK.format(moment)}`;
}

/** SharePoint keeps a day as its midnight in UTC. */
const DAY_ONLY = /^(\d{4}-\d\d-\d\d)T00:00:00(\.0+)?Z$/;
const STAMP = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?)?$/;

/** @param {string} text a column's value @returns {string} the same, or a date where it is one */
export function readable(text) {
  if (!STAMP.test(text)) return text;
  const day = DAY_ONLY.exec(text);
  if (day) return DATE.format(new Date(`${day[1]}T00:00`));
  return (text.includes("T") ? FULL : DATE).format(new Date(text));
}
