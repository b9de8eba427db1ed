/** One line above everything, for whoever opens the page for the first time. */

import { byId, el } from "./dom.js";
import { roleOf } from "./people.js";
import { go, start } from "./route.js";
import { channel, me, shortName, watch } from "./state.js";

export function startStrip() {
  watch(["me", "places"], draw);
}

function draw() {
  const person = me();
  const first = start();
  const place = channel(first.id);
  const link =
    place &&
    el(
      "button",
      { type: "button", class: "link", onclick: () => go(first) },
      `${shortName(place.team)} › ${place.channel.name}`,
    );
  byId("strip").replaceChildren(
    el("strong", {}, "Sandbox:"),
    " nothing here leaves this machine. You are ",
    el("strong", {}, person.name),
    ` of ${person.agency} (${roleOf(person)}). `,
    ...(link ? ["Start with ", el("strong", {}, "Refer"), " in ", link, "."] : []),
  );
}
