/** The sandbox's client API: one function for each thing that a person's Teams client can do. */

/**
 * @typedef {import("./types").Answer} Answer
 * @typedef {import("./types").Fault} Fault
 * @typedef {import("./types").Spot} Spot
 */

/** The sandbox said no, and why; `fields` names inputs that are missing or wrong. */
export class Refusal extends Error {
  /** @param {string} message @param {number} status @param {string[]} [fields] */
  constructor(message, status, fields = []) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
async function call(method, path, body) {
  const request = {
    method,
    headers: { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  };
  const response = await fetch(path, /** @type {RequestInit} */ (request)).catch(() => {
    throw new Refusal("The sandbox does not answer. Is it still running?", 0);
  });
  const text = await response.text();
  if (!response.ok) throw refusal(response, text);
  return text ? JSON.parse(text) : null;
}

/** @param {Response} response @param {string} text */
function refusal(response, text) {
  const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
  const body = isJson && text ? JSON.parse(text) : {};
  return new Refusal(body.error ?? body.text ?? (text || response.statusText), response.status, body.fields);
}

/** @param {Record<string, string>} values */
const query = (values) => `?${new URLSearchParams(values)}`;

/** @returns {Promise<import("./types").Person[]>} */
export const people = () => call("GET", "/client/people");

/** @param {string} me @returns {Promise<import("./types").Places>} */
export const places = (me) => call("GET", `/client/places${query({ as: me })}`);

/**
 * @param {string} me
 * @param {string} conversation
 * @param {boolean} onScreen cards are refreshed only for somebody who looks at them
 * @returns {Promise<import("./types").Message[]>}
 */
export async function messages(me, conversation, onScreen) {
  const asked = query({ as: me, ...(!onScreen && { peek: "1" }) });
  const path = `/client/conversations/${encodeURIComponent(conversation)}/messages${asked}`;
  return (await call("GET", path)).messages;
}

/**
 * @param {string} me
 * @param {{conversation: string, text: string, mention_bot: boolean, reply_to?: string}} message
 */
export const send = (me, message) => call("POST", "/client/messages", { as: me, ...message });

/**
 * @param {string} me
 * @param {Spot} spot
 * @param {{action: string, inputs: object, after_toggle: string[]}} what
 * @returns {Promise<Answer>}
 */
export const press = (me, spot, what) => call("POST", "/client/press", { as: me, ...spot, ...what });

/** @param {string} me @param {string} conversation @param {string} message @returns {Promise<Answer>} */
export const refresh = (me, conversation, message) =>
  call("POST", "/client/refresh", { as: me, conversation, message });

/** @param {string} me @param {string} conversation @param {string} command @param {string} [message] @returns {Promise<Answer>} */
export const extension = (me, conversation, command, message) =>
  call("POST", "/client/extension", { as: me, conversation, command, message });

/**
 * @param {string} me
 * @param {{conversation: string, command: string, text: string, skip: number, reply_to?: string}} query
 * @returns {Promise<import("./types").SearchAnswer>}
 */
export const search = (me, query) => call("POST", "/client/search", { as: me, ...query });

/**
 * @param {string} me
 * @param {{conversation: string, result: string, text: string, reply_to?: string}} message
 * @returns {Promise<Answer>}
 */
export const insert = (me, message) => call("POST", "/client/search/insert", { as: me, ...message });

/** @param {string} me @param {string} where @param {string} id */
export const install = (me, where, id) => call("POST", "/client/install", { as: me, where, id });

/** @returns {Promise<import("./types").ListView[]>} */
export const lists = () => call("GET", "/client/lists");

/** @param {string} name @returns {Promise<import("./types").ListRow[]>} */
export const listItems = (name) => call("GET", `/client/lists/${encodeURIComponent(name)}/items`);

/** @returns {Promise<Fault[]>} */
export const faults = async () => (await call("GET", "/control/faults")).faults;

/** @param {Fault} fault */
export const addFault = (fault) => call("POST", "/control/faults", fault);

/** @param {string} [target] only this service's faults */
export const clearFaults = (target) => call("DELETE", `/control/faults${target ? query({ target }) : ""}`);

/** @param {string} target @returns {Promise<import("./types").SeenRequest[]>} */
export const requests = async (target) =>
  (await call("GET", `/control/requests${query({ target })}`)).requests;

/** @returns {Promise<import("./types").BotClock>} */
export const botClock = () => call("GET", "/client/clock");

/** @param {import("./types").TimeStep} to @returns {Promise<import("./types").BotClock>} */
export const moveBotClock = (to) => call("POST", "/client/clock", { to });

/**
 * Follows what happens in this person's conversations and in the lists; the browser connects again by itself.
 * @param {string} me
 * @param {(event: {type: string, conversation?: string}) => void} onEvent
 * @param {() => void} onReopen called when a lost connection is back: something may have been missed
 * @returns {() => void} stops following
 */
export function follow(me, onEvent, onReopen) {
  const source = new EventSource(`/client/events${query({ as: me })}`);
  let lost = false;
  source.onmessage = (event) => onEvent(JSON.parse(event.data));
  source.onerror = () => {
    lost = true;
  };
  source.onopen = () => {
    if (lost) onReopen();
    lost = false;
  };
  return () => source.close();
}
