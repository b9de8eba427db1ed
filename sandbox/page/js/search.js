/** The app's search beside the message box: type, choose, and the card goes into the message. */

import * as api from "./api.js";
import { byId, el, icon, iconButton } from "./dom.js";
import { announce, complain } from "./notify.js";
import { me } from "./state.js";

/**
 * @typedef {import("./types").Result} Result
 * @typedef {import("./types").SearchAnswer} SearchAnswer
 * @typedef {{conversation: string, replyTo?: string}} Place where the message will go
 * @typedef {(result: Result) => void} OnChoose
 */

/** The search command as the app's manifest has it. */
const FIND = { id: "findCase", title: "Find a case", about: "Reference, place, category or person" };
const TYPING_PAUSE = 250;
const SMALLEST = 240;

/** @param {Place} place @param {OnChoose} onChoose */
export function searchButton(place, onChoose) {
  const looks = { "aria-haspopup": "dialog", "aria-expanded": "false" };
  const button = iconButton("search", FIND.title, () => new SearchPanel(place, onChoose).open(button), looks);
  return button;
}

class SearchPanel {
  /** @param {Place} place @param {OnChoose} onChoose */
  constructor(place, onChoose) {
    this.place = place;
    this.onChoose = onChoose;
    /** Counts the questions, so that a late answer never covers a newer one. */
    this.asked = 0;
    this.typing = 0;
    this.field = el("input", {
      type: "search",
      "aria-label": FIND.about,
      placeholder: FIND.about,
      oninput: () => this.askSoon(),
    });
    this.list = el("ul", { class: "results", "aria-label": "Results" });
    this.word = el("p", { class: "hint", role: "status" });
    this.more = el("button", { type: "button", class: "quiet", hidden: true }, "More results");
    this.more.addEventListener("click", () => this.ask(this.list.children.length));
    this.panel = el(
      "div",
      { class: "search", popover: "auto", role: "dialog", "aria-label": FIND.title },
      el("h2", {}, icon("search"), FIND.title),
      this.field,
      el("div", { class: "found", tabindex: "-1" }, this.list, this.word, this.more),
    );
    this.panel.addEventListener("keydown", (event) => this.onKey(event));
  }

  /** @param {HTMLElement} button */
  open(button) {
    document.body.append(this.panel);
    this.panel.addEventListener("toggle", (event) => {
      const isOpen = /** @type {ToggleEvent} */ (event).newState === "open";
      button.setAttribute("aria-expanded", String(isOpen));
      if (!isOpen) this.panel.remove();
    });
    this.panel.showPopover();
    this.stand(button);
    this.field.focus();
    this.ask(0);
  }

  /** Above the message box, as far as the conversation has room. @param {HTMLElement} button */
  stand(button) {
    const box = (button.closest(".compose") ?? button).getBoundingClientRect();
    const { top } = byId("main").getBoundingClientRect();
    const { width } = this.panel.getBoundingClientRect();
    this.panel.style.left = `${Math.max(8, Math.min(box.left + 12, innerWidth - width - 8))}px`;
    this.panel.style.bottom = `${innerHeight - box.top + 4}px`;
    this.panel.style.maxHeight = `${Math.max(SMALLEST, box.top - top - 12)}px`;
  }

  askSoon() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.ask(0), TYPING_PAUSE);
  }

  /** @param {number} skip how many results are listed already */
  ask(skip) {
    const question = ++this.asked;
    const { conversation, replyTo } = this.place;
    const query = { conversation, command: FIND.id, text: this.field.value.trim(), skip, reply_to: replyTo };
    this.panel.setAttribute("aria-busy", "true");
    const show = (/** @type {SearchAnswer} */ answer) => question === this.asked && this.show(answer, skip);
    const settle = () => question === this.asked && this.panel.removeAttribute("aria-busy");
    api.search(me().id, query).then(show, complain).finally(settle);
  }

  /** @param {SearchAnswer} answer @param {number} skip */
  show(answer, skip) {
    const lines = answer.kind === "results" ? answer.results.map((result) => this.line(result)) : [];
    const focusNext = document.activeElement === this.more ? this.list.children.length : -1;
    this.list.replaceChildren(...(skip ? this.list.children : []), ...lines);
    this.word.textContent = lines.length ? "" : wordsOf(answer);
    this.more.hidden = !(answer.kind === "results" && answer.more);
    announce(lines.length ? `${this.list.children.length} results` : wordsOf(answer));
    if (focusNext >= 0) this.list.children[focusNext]?.querySelector("button")?.focus();
  }

  /** @param {Result} result */
  line(result) {
    const { title, subtitle, text } = result.preview;
    const parts = [
      el("strong", {}, title),
      subtitle && el("span", {}, subtitle),
      text && el("span", {}, text),
    ];
    const onclick = () => {
      this.panel.hidePopover();
      this.onChoose(result);
    };
    return el(
      "li",
      {},
      el("button", { type: "button", class: "entry", onclick }, el("span", { class: "words" }, parts)),
    );
  }

  /** Escape closes, where a browser would first empty the field; arrow keys go from the field through the results.
   * @param {KeyboardEvent} event */
  onKey(event) {
    const way = { ArrowDown: 1, ArrowUp: -1, Escape: 0 }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    if (way) this.moveFocus(way);
    else this.panel.hidePopover();
  }

  /** @param {number} way */
  moveFocus(way) {
    const stops = [
      this.field,
      ...this.list.querySelectorAll("button"),
      ...(this.more.hidden ? [] : [this.more]),
    ];
    const now = stops.indexOf(/** @type {HTMLInputElement} */ (document.activeElement));
    stops[Math.max(0, Math.min(stops.length - 1, now + way))].focus();
  }
}

/** @param {SearchAnswer} answer */
function wordsOf(answer) {
  switch (answer.kind) {
    case "results":
      return "Nothing found.";
    case "message":
      return answer.text;
    case "error":
      console.info(`Behind "${answer.text}": ${answer.detail ?? "nothing more is known"}`);
      return answer.text;
    default:
      return `${answer.title || "Sign in"}: the sandbox cannot open the page that the app asks for.`;
  }
}
