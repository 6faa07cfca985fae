/** What the page of a calibration card adds to the report's style sheet: a dark page where one is wished for. */
export const calibrationStyle = `
details { margin: .4rem 0 1rem; }
summary { font: 600 .9rem/1.6 var(--sans); cursor: pointer; }
.legend { font: .82rem/1.5 var(--sans); color: var(--muted); }
.legend b { font-weight: 600; margin-right: .9rem; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ece7df; --muted: #a49d93; --rule: #3b3733; --band: #26231f; --accent: #e08a76; --figure-band: #37332e;
    --line-1: #e08a76; --line-2: #7fb2dd; --line-3: #b5c765; --line-4: #a49d93; --line-5: #c391cf; --line-6: #ece7df; }
  html { background: #191714; }
}
`;
