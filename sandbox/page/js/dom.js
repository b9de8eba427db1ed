/** Building the page. Text always becomes a text node, so nothing that a person typed can turn into markup. */

const SVG = "http://www.w3.org/2000/svg";

/** Own drawings on a 20 x 20 grid, stroked in the text's colour. */
const DRAWINGS = {
  back: "M12 4 6 10l6 6",
  chat: "M3 5.5A1.5 1.5 0 0 1 4.500 4h11A1.500 1.500 0 0 1 17 5.500v7a1.500 1.500 0 0 1-1.500 1.500H9l-4 3v-3h-.5A1.500 1.500 0 0 1 3 12.500zM6.500 7.500h7M6.500 10.500h4.500",
  close: "M5 5l10 10M15 5 5 15",
  faults: "M10 3 18 16.500H2zM10 8v4M10 14.200v.3",
  lists: "M3 4h14v12H3zM3 8h14M3 12h14M8 8v8",
  mention: "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zm0 0v1.200a2 2 0 0 0 4 0V10a7 7 0 1 0-2.500 5.400",
  more: "M4.500 10h.01M10 10h.01M15.500 10h.01",
  moon: "M16 11.800A6.500 6.500 0 0 1 8.200 4 6.500 6.500 0 1 0 16 11.800z",
  pin: "M8 3h4l-.5 5 3 3h-9l3-3zM10 11v6",
  refer: "M4 4h8l4 4v8H4zM12 4v4h4M7 12h6M10 9.500v5",
  reply: "M8 5 3.500 9.500 8 14M4 9.500h7a5 5 0 0 1 5 5V16",
  search: "M13 8.500a4.500 4.500 0 1 1-9 0 4.500 4.500 0 0 1 9 0zM12 12l5 5",
  send: "M3 4l14 6-14 6 2.500-6zM5.500 10H17",
  sun: "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM10 2.500V4M10 16v1.500M2.500 10H4M16 10h1.500M4.700 4.700l1 1M14.300 14.300l1 1M15.300 4.700l-1 1M5.700 14.300l-1 1",
  teams:
    "M7 9a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM13.500 9a2 2 0 1 0 0-4M2.500 16v-1.500A3 3 0 0 1 5.500 11.500h3a3 3 0 0 1 3 3V16M13 11.500h1.500a3 3 0 0 1 3 3V16",
};

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {keyof DRAWINGS} IconName
 */

/**
 * An element. Attributes beginning with "on" are listeners; false and null are left out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    setAttribute(node, name, value);
  }
  node.append(...present(children));
  return node;
}

/** @param {HTMLElement} node @param {string} name @param {unknown} value */
function setAttribute(node, name, value) {
  if (typeof value === "function") {
    node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
  } else if (value !== false && value !== null && value !== undefined) {
    node.setAttribute(name, value === true ? "" : String(value));
  }
}

/** @param {(Child | Child[])[]} children @returns {(Node | string)[]} */
function present(children) {
  const kept = children.flat().filter((child) => child !== null && child !== undefined && child !== false);
  return kept.map((child) => (child instanceof Node ? child : String(child)));
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** @param {IconName} name @returns {SVGSVGElement} */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", DRAWINGS[name]);
  svg.append(path);
  return svg;
}

/**
 * A round or square button that shows a drawing and says its name.
 * @param {IconName} name
 * @param {string} label
 * @param {(event: MouseEvent) => void} onclick
 * @param {Record<string, unknown>} [more]
 */
export function iconButton(name, label, onclick, more = {}) {
  const attributes = {
    type: "button",
    class: "icon-button",
    "aria-label": label,
    title: label,
    onclick,
    ...more,
  };
  return el("button", attributes, icon(name));
}

/**
 * Fills the parent anew, but keeps what looks the same, so that nobody loses the focus or a click under way to a redraw.
 * Whatever a listener depends on must therefore show in the element, in a data attribute if nowhere else.
 * @param {Element} parent
 * @param {Element[]} nodes
 */
export function refill(parent, nodes) {
  const focused = parent.contains(document.activeElement)
    ? document.activeElement?.getAttribute("data-key")
    : null;
  const old = [...parent.children];
  arrange(
    parent,
    nodes.map((node, index) => (old[index]?.isEqualNode(node) ? old[index] : node)),
  );
  if (focused && !parent.contains(document.activeElement)) {
    /** @type {HTMLElement | null} */ (parent.querySelector(`[data-key="${CSS.escape(focused)}"]`))?.focus();
  }
}

/**
 * Puts the nodes into the parent in this order. What is gone goes first, so that nothing that stays has to move: what a
 * person is typing in, and where the focus is, survive.
 * @param {Element} parent
 * @param {Element[]} nodes
 */
export function arrange(parent, nodes) {
  const staying = new Set(nodes);
  for (const child of [...parent.children]) {
    if (!staying.has(child)) child.remove();
  }
  nodes.forEach((node, index) => {
    const there = parent.children[index];
    if (there !== node) parent.insertBefore(node, there ?? null);
  });
}
