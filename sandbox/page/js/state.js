/** What the page knows. Views watch the keys that they draw; only `change` writes. */

/**
 * @typedef {object} State
 * @property {import("./types").Person[]} people
 * @property {import("./types").Person | null} me
 * @property {import("./types").Places} places
 * @property {import("./types").Route} route
 * @property {Record<string, import("./types").Message[]>} conversations
 * @property {Record<string, string>} seen newest message that was looked at, by conversation
 * @property {import("./types").ListView[]} lists
 * @property {import("./types").Fault[]} faults
 */

/** @type {State} */
export const state = {
  people: [],
  me: null,
  places: { teams: [], chats: [] },
  route: { view: "teams", id: "" },
  conversations: {},
  seen: {},
  lists: [],
  faults: [],
};

/** @type {{keys: (keyof State)[], draw: () => void}[]} */
const watchers = [];

/** @param {(keyof State)[]} keys @param {() => void} draw */
export function watch(keys, draw) {
  watchers.push({ keys, draw });
}

/** @param {Partial<State>} patch */
export function change(patch) {
  Object.assign(state, patch);
  for (const { keys, draw } of watchers) {
    if (keys.some((key) => key in patch)) draw();
  }
}

/** The person whose Teams this is; everything but the first moments of the page happens as somebody. */
export function me() {
  if (!state.me) throw new Error("nobody is chosen yet");
  return state.me;
}

/** The personal chat with the bot is where its name comes from. */
export function bot() {
  return state.places.chats.find((chat) => chat.kind === "bot");
}

/** "Allerdale" of "Allerdale Local Focus Hub". @param {import("./types").Team} team */
export const shortName = ({ name }) => name.replace(/ Local Focus Hub$/, "");

/** @param {string} conversation */
export function channel(conversation) {
  for (const team of state.places.teams) {
    const found = team.channels.find(({ id }) => id === conversation);
    if (found) return { team, channel: found };
  }
  return null;
}
