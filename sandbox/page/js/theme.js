/** Light or dark: the machine's own wish until somebody chooses. */

import { byId, icon } from "./dom.js";

const KEY = "theme";
const wish = matchMedia("(prefers-color-scheme: dark)");

export function startTheme() {
  byId("theme").addEventListener("click", swap);
  wish.addEventListener("change", draw);
  draw();
}

const current = () => localStorage.getItem(KEY) ?? (wish.matches ? "dark" : "light");

function swap() {
  localStorage.setItem(KEY, current() === "dark" ? "light" : "dark");
  draw();
}

function draw() {
  const theme = current();
  document.documentElement.dataset.theme = theme;
  const label = theme === "dark" ? "Switch to light colours" : "Switch to dark colours";
  const button = byId("theme");
  button.setAttribute("aria-label", label);
  button.title = label;
  button.replaceChildren(icon(theme === "dark" ? "sun" : "moon"));
}
