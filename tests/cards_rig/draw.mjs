/**
 * Draws cards with Microsoft's own Adaptive Cards renderer, as a Teams desktop client would, and tells what it saw.
 *
 * One card a line comes in as JSON, one line a card goes out. `warnings` are all that the parser, the validator and the
 * console had to say; `texts` is what a person reads; `formatted`, `links` and `lists` are what Markdown made of it;
 * `unnamed` are inputs that a screen reader could not name, and `refused` those that would stop a button.
 */
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html>", { url: "https://teams.example/" });
for (const name of Object.getOwnPropertyNames(window)) {
  if (!(name in globalThis)) globalThis[name] = window[name];
}
globalThis.window = window;

const require = createRequire(import.meta.url);
const AC = require("adaptivecards/dist/adaptivecards.js");
const markdown = require("markdown-it")({ html: false, linkify: false, breaks: true });

AC.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdown.render(text);
  result.didProcess = true;
};

const heard = [];
for (const level of ["warn", "error"]) {
  console[level] = (...words) => heard.push(words.join(" "));
}

const messages = (context) =>
  Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);

/** What each text block and fact reads, in order. */
const textsOf = (root) => [...root.querySelectorAll(".ac-textBlock")].map((block) => block.textContent.trim());

function draw(source) {
  heard.length = 0;
  const card = new AC.AdaptiveCard();
  card.hostConfig = new AC.HostConfig({ supportsInteractivity: true, actions: { maxActions: 6 } });
  const parsing = new AC.SerializationContext(AC.Versions.v1_5);
  card.parse(source, parsing);
  const validation = card.validateProperties();
  const drawn = card.render();
  window.document.body.replaceChildren(drawn);
  const inputs = card.getAllInputs();
  return {
    warnings: [...messages(parsing), ...validation.validationEvents.map((event) => event.message), ...heard],
    texts: textsOf(drawn),
    formatted: [...drawn.querySelectorAll("strong, em, s")].map((part) => part.textContent),
    links: [...drawn.querySelectorAll("a")].map((part) => part.getAttribute("href")),
    lists: drawn.querySelectorAll("ol, ul").length,
    inputs: inputs.map((input) => input.id),
    unnamed: inputs.filter((input) => !input.label).map((input) => input.id),
    values: Object.fromEntries(inputs.map((input) => [input.id, input.value ?? ""])),
    refused: inputs.filter((input) => !input.validateValue()).map((input) => input.id),
    buttons: Array.from({ length: card.getActionCount() }, (_, index) => card.getActionAt(index).title),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(draw(JSON.parse(line))) + "\n");
}
