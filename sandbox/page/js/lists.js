/** The SharePoint lists as a site's visitor sees them: a table, and every field of the row that was clicked. */

import * as api from "./api.js";
import { el, iconButton, refill } from "./dom.js";
import { complain } from "./notify.js";
import { go } from "./route.js";
import { change, state } from "./state.js";
import { readable } from "./time.js";

/**
 * @typedef {import("./types").ListRow} ListRow
 * @typedef {import("./types").ListView} ListView
 * @typedef {import("./types").ListColumn} ListColumn
 */

const ROW_LINK = /^\/(\d+)_/;
const COLUMNS_SHOWN = 8;
const LONG = 40;

export async function loadLists() {
  change({ lists: await api.lists() });
}

/** Before the bot's first start the site is empty. */
export function noLists() {
  const words = "There are no lists yet. The bot makes them when it is set up (python -m bot provision).";
  return { node: el("section", {}, el("p", { class: "empty" }, words)), update: () => {} };
}

/** @param {string} name @returns {{node: HTMLElement, update: () => void, refresh: () => void}} */
export function listView(name) {
  const heading = el("h1");
  const note = el("p", {}, "SharePoint list, written by the bot through Microsoft Graph");
  const head = el("header", { class: "conversation-head" }, el("div", { class: "names" }, heading, note));
  const holder = el("div", { class: "table-scroll", tabindex: "0" });
  const node = el("section", { class: "list-view" }, head, holder);
  /** @type {ListRow[] | null} */
  let rows = null;
  const update = () => {
    const list = state.lists.find((candidate) => candidate.name === name);
    heading.textContent = list?.title ?? name;
    if (!list || !rows) return;
    refill(holder, [rows.length ? table(list, rows) : el("p", { class: "empty" }, "No rows yet.")]);
    if (wanted) showWanted(list, rows);
  };
  const refresh = () => {
    api.listItems(name).then((found) => {
      markChanges(rows, found);
      rows = found;
      update();
    }, complain);
  };
  refresh();
  return { node, update, refresh };
}

/** The row that a link asked for, until its list is here. */
let wanted = "";

/** A link to a row of the sandbox's SharePoint opens here; any other link in a tab of its own. @param {string} address */
export function openLink(address) {
  const list = state.lists.find(({ web_url }) => address.startsWith(`${web_url}/`));
  const row = list && ROW_LINK.exec(address.slice(list.web_url.length));
  if (!list || !row) {
    window.open(address, "_blank", "noopener");
    return;
  }
  wanted = row[1];
  go({ view: "lists", id: list.name });
}

/** @param {ListView} list @param {ListRow[]} rows */
function showWanted(list, rows) {
  const row = rows.find(({ id }) => id === wanted);
  wanted = "";
  if (row) showDetails(list, row);
}

/** Rows that came or changed while being looked at. @type {Set<string>} */
const fresh = new Set();

/** @param {ListRow[] | null} before @param {ListRow[]} now */
function markChanges(before, now) {
  fresh.clear();
  if (!before) return;
  const known = new Map(before.map((row) => [row.id, JSON.stringify(row.fields)]));
  for (const row of now) {
    if (known.get(row.id) !== JSON.stringify(row.fields)) fresh.add(row.id);
    if (row.id === details.dataset.row) fillDetails(row);
  }
}

/** @param {ListView} list @param {ListRow[]} rows newest first */
function table(list, rows) {
  const columns = list.columns.slice(0, COLUMNS_SHOWN);
  const heads = columns.map(({ title }) => el("th", { scope: "col" }, title));
  const body = rows.map((row) => tableRow(list, columns, row));
  return el("table", { class: "grid" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, body));
}

/** @param {ListView} list @param {ListColumn[]} columns @param {ListRow} row */
function tableRow(list, columns, row) {
  const open = () => showDetails(list, row);
  const [first, ...rest] = columns.map(({ name }) => inColumn(row, name));
  const opener = el(
    "button",
    { type: "button", class: "link", "data-key": row.id, "aria-haspopup": "dialog" },
    first || `Row ${row.id}`,
  );
  const cells = rest.map((text) => el("td", { title: text.length > LONG && text }, text));
  const attributes = { class: fresh.has(row.id) && "fresh", "data-version": row.version, onclick: open };
  return el("tr", attributes, el("th", { scope: "row" }, opener), cells);
}

/** What stands in a column, whatever its kind: a lookup's value is the number of the row that it refers to.
 * @param {ListRow} row @param {string} name */
const inColumn = ({ fields }, name) => value(fields[name] ?? fields[`${name}LookupId`]);

/** @param {unknown} field @returns {string} */
function value(field) {
  if (field === null || field === undefined) return "";
  if (typeof field === "boolean") return field ? "Yes" : "No";
  if (Array.isArray(field)) return field.map(value).join(", ");
  return readable(typeof field === "object" ? ofObject(field) : String(field));
}

/** Lookups, people and links are objects; each has a part that is meant for people. @param {any} field */
const ofObject = (field) =>
  String(field.LookupValue || field.Description || field.Url || JSON.stringify(field));

const fieldNames = el("dl");
const detailsTitle = el("h2", { id: "details-title" });
const details = el(
  "dialog",
  { class: "details", "aria-labelledby": "details-title" },
  el(
    "header",
    {},
    detailsTitle,
    iconButton("close", "Close", () => details.close()),
  ),
  fieldNames,
);
document.body.append(details);
details.addEventListener("close", () => delete details.dataset.row);

/** @type {ListColumn[]} */
let detailColumns = [];

/** @param {ListView} list @param {ListRow} row */
function showDetails(list, row) {
  detailColumns = list.columns;
  detailsTitle.textContent = list.title;
  details.dataset.row = row.id;
  fillDetails(row);
  if (!details.open) details.showModal();
}

/** @param {ListRow} row */
function fillDetails(row) {
  const fields = detailColumns.flatMap(({ name, title }) => [
    el("dt", {}, title),
    el("dd", {}, inColumn(row, name) || "–"),
  ]);
  fieldNames.replaceChildren(...fields);
}
