/**
 * The report's style sheet: one file, no fonts to fetch, light and dark, prints as it reads. Dark is
 * for screens: paper is white. Text has a contrast of at least 4.5 to its background in both.
 */
const dark = `color-scheme: dark; --paper: #191714; --ink: #ece7df; --muted: #a8a197; --faint: #8d867c; --rule: #3b3733;
  --band: #26231f; --figure-band: #37332e; --accent: #e89a87; --against: #8fbde4; --good: #a9c98a;
  --line-1: #e89a87; --line-2: #7fb2dd; --line-3: #b5c765; --line-4: #a49d93; --line-5: #c391cf; --line-6: #ece7df;`;

const sheet = `
:root { color-scheme: light; --paper: #fffdf9; --ink: #1d1b19; --muted: #6b655d; --faint: #8a847c; --rule: #ddd8cf;
  --band: #f5f2ec; --figure-band: #e4e0d9; --accent: #9c2f1f; --against: #1f4f7a; --good: #3f6b2a;
  --line-1: #9c2f1f; --line-2: #1f4f7a; --line-3: #6b7a1f; --line-4: #8a847c; --line-5: #7a3f86; --line-6: #1d1b19;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", "Source Serif Pro", Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
@media screen and (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { ${dark} } }
@media screen { :root[data-theme="dark"] { ${dark} } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { background: var(--paper); color: var(--ink); font: 17px/1.55 var(--serif); -webkit-text-size-adjust: 100%; }
body { max-width: 70rem; margin: 0 auto; padding: 3.5rem 1.5rem 6rem; }
header, section > p, section > h2, section > ul, .prompts, .evidence { max-width: 46rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .6rem; font: .85rem/1.6 var(--sans); }
.theme { float: right; margin: -.3rem 0 0 1rem; }
button { font: .76rem/1.5 var(--sans); color: var(--muted); background: none; border: 1px solid var(--rule); border-radius: .2rem;
  padding: .12rem .5rem; cursor: pointer; }
button:hover, button[aria-pressed="true"] { color: var(--ink); border-color: var(--muted); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
.kicker { font: 600 .8rem/1.4 var(--sans); letter-spacing: .06em; text-transform: uppercase; color: var(--muted); margin: 0 0 1rem; }
h1 { font-size: 2rem; line-height: 1.25; font-weight: 600; margin: 0 0 1.2rem; text-wrap: balance; }
h1.long { font-size: 1.2rem; line-height: 1.5; font-weight: 500; text-wrap: pretty; }
h2 { font-size: 1.35rem; line-height: 1.3; font-weight: 600; margin: 3.6rem 0 .7rem; }
h3 { font: 600 .95rem/1.4 var(--sans); margin: 0 0 .4rem; }
h4 { font: 500 .78rem/1.4 var(--sans); color: var(--muted); margin: .7rem 0 .15rem; overflow-wrap: anywhere; }
p { margin: 0 0 .9rem; }
a { color: inherit; text-decoration-color: var(--accent); text-underline-offset: .18em; }
nav { font: .85rem/1.9 var(--sans); }
nav a { margin-right: 1.1rem; white-space: nowrap; }
.table { overflow-x: auto; margin: 1.1rem 0 1.6rem; }
table { border-collapse: collapse; font: .83rem/1.45 var(--sans); font-variant-numeric: tabular-nums lining-nums; min-width: 30rem; }
caption { text-align: left; caption-side: top; color: var(--muted); padding: 0 0 .6rem; max-width: 46rem; line-height: 1.5; }
caption strong { color: var(--ink); }
th, td { text-align: left; vertical-align: baseline; font-weight: 400; padding: .34rem 1.2rem .34rem 0; border-bottom: 1px solid var(--rule); }
thead th { color: var(--muted); font-weight: 600; font-size: .76rem; border-bottom: 1px solid var(--ink); white-space: nowrap; }
tbody th { font-weight: 600; }
th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; white-space: nowrap; }
.group th { font: italic 400 .95rem/1.4 var(--serif); padding-top: .9rem; }
.estimates td, .estimates th { white-space: nowrap; padding-right: .95rem; }
.estimates td small { white-space: normal; }
td small { display: block; color: var(--muted); font-size: .76rem; max-width: 15rem; }
#drops td:nth-child(2) { min-width: 15rem; }
strong.follows { color: var(--accent); }
strong.runs { color: var(--against); }
strong.recall { color: var(--accent); }
strong.skill { color: var(--good); }
strong.both { color: var(--against); }
strong.inconclusive { font-weight: 500; font-style: italic; }
strong.reason { font-weight: 400; font-style: italic; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 2rem 2.2rem; margin: 1.4rem 0; }
.figures.wide { grid-template-columns: repeat(auto-fill, minmax(min(40rem, 100%), 1fr)); max-width: 50rem; }
figure { margin: 0; break-inside: avoid; }
figure svg { display: block; width: 100%; height: auto; font-family: var(--sans); }
figcaption { font: .78rem/1.5 var(--sans); color: var(--muted); font-variant-numeric: tabular-nums lining-nums; }
figcaption span { display: block; }
details { margin: .4rem 0 .6rem; }
summary { font: .78rem/1.6 var(--sans); color: var(--muted); cursor: pointer; }
details table { font-size: .74rem; min-width: 0; }
details .table { margin: .5rem 0; }
.save { margin: .3rem 0 0; }
.meaning { border-left: 2px solid var(--accent); padding-left: .9rem; }
.absent { font: .88rem/1.5 var(--sans); color: var(--muted); }
.reason { font: .88rem/1.5 var(--sans); background: var(--band); padding: .7rem .9rem; margin: .3rem 0 .7rem; }
ul.warnings { list-style: none; margin: .9rem 0; padding: .6rem .9rem; background: var(--band); font: .85rem/1.5 var(--sans); }
mark { background: none; color: var(--accent); font-weight: 600; }
#documents { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(26rem, 100%), 1fr)); gap: 2rem 3rem; }
#documents h2 { grid-column: 1 / -1; margin-bottom: -1rem; }
.evidence { margin: 0; break-inside: avoid; }
.evidence p { font: .83rem/1.5 var(--sans); color: var(--muted); margin: 0; }
.evidence ul { list-style: none; margin: 0; padding: 0; }
.evidence li { font-size: .93rem; line-height: 1.5; border-left: 2px solid var(--rule); padding: .1rem 0 .1rem .8rem; margin: .25rem 0; overflow-wrap: anywhere; }
dl { margin: 0; }
dt { font: 600 .95rem/1.4 var(--sans); margin-top: 1rem; }
dd { margin: 0; }
pre, code { font: .8rem/1.5 var(--mono); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--band); padding: .7rem .9rem; margin: .4rem 0 .6rem; }
td code { overflow-wrap: anywhere; }
code.hash { font-size: .68rem; }
q { quotes: "“" "”" "‘" "’"; }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--rule); font: .8rem/1.5 var(--sans); color: var(--muted); }
@media print {
  html { background: none; font-size: 10.5pt; }
  body { max-width: none; padding: 0; }
  nav, button, .save, .skip, details:not([open]) { display: none; }
  .table { overflow: visible; }
  table { font-size: 7.6pt; min-width: 0; }
  th, td { padding-right: .5rem; }
  tr, h2, h3 { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
  .figures { grid-template-columns: repeat(2, 1fr); }
  .figures.wide { grid-template-columns: 1fr; }
  @page { margin: 18mm 16mm; }
}
`;

/** The style sheet's text. */
export const styleSheet: string = sheet;
