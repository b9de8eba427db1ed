"""How the page of a case looks: on a phone, on a desk, and on paper."""

from typing import Final

STYLE: Final = """
:root { color-scheme: light; --ink: #1b1b1b; --quiet: #595959; --line: #c8c8c8; --mark: #7a1023; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff; font: 1rem/1.45 "Segoe UI", Arial, sans-serif; }
.marking { margin: 0; padding: .35rem 1rem; text-align: center; font-weight: 700; letter-spacing: .06em;
  color: #fff; background: var(--mark); }
.marking.top { position: sticky; top: 0; }
.marking span { display: none; }
.sheet { width: 100%; border-collapse: collapse; }
.sheet td { padding: 0; }
main { max-width: 62rem; margin: 0 auto; padding: 1rem 1rem 2rem; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 2rem 0 .25rem; padding-bottom: .2rem; font-size: 1.25rem; border-bottom: 2px solid var(--ink);
  scroll-margin-top: 3rem; }
p { margin: 0; }
.title { font-size: 1.15rem; }
.about { color: var(--quiet); font-size: .875rem; }
.text { white-space: pre-line; }
.notice { margin-top: .75rem; padding: .5rem .75rem; border-left: .3rem solid var(--mark); background: #fbeff1; }
nav { margin-top: 1.25rem; font-size: .9375rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: .2rem 0; color: #0b4f9e; }
dl, dd { margin: 0; }
dl > div { padding: .45rem 0; border-bottom: 1px solid var(--line); }
dt { font-weight: 600; }
dd dl { padding-top: .15rem; }
dd dl > div, dd dl dd dl > div { display: block; padding: .1rem 0; border-bottom: 0; }
dd dl dt, dd dl dd, dd dl p { display: inline; }
dd dl dt { font-weight: 400; color: var(--quiet); }
dd dl .about { margin-left: .5em; }
dd dl dd dl { padding-left: 1rem; }
.facts { margin-top: 1rem; }
.facts > div { display: grid; grid-template-columns: 11rem 1fr; gap: 0 1rem; padding: .1rem 0; border-bottom: 0; }
@media (min-width: 44rem) {
  dl > div, .facts > div { display: grid; grid-template-columns: 14rem 1fr; gap: 0 1rem; }
}
@page { size: A4; margin: 12mm 14mm; @bottom-right { content: counter(page) " of " counter(pages); font: 9pt Arial, sans-serif; } }
@media print {
  body { font-size: 10.5pt; }
  nav { display: none; }
  main { max-width: none; padding: 0; }
  .marking, .marking.top { position: fixed; left: 0; right: 0; height: 7mm; padding: 0; line-height: 7mm;
    color: #000; background: none; }
  .marking.top { top: 0; }
  .marking span { display: block; position: absolute; right: 0; top: 0; font-weight: 400; letter-spacing: 0; }
  .marking.bottom { bottom: 0; }
  .room { height: 10mm; }
  h2 { break-after: avoid; margin-top: 1.2rem; }
  h2 + .about { break-after: avoid; }
  dl > div, .facts > div { display: grid; grid-template-columns: 45mm 1fr; gap: 0 5mm; }
  p { orphans: 3; widows: 3; }
}
"""
