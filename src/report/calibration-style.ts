/** What the page of a calibration card adds to the report's style sheet. */
export const calibrationStyle = `
details { margin: .4rem 0 1rem; }
summary { font: 600 .9rem/1.6 var(--sans); color: var(--ink); }
.legend { font: .82rem/1.5 var(--sans); color: var(--muted); }
.legend b { font-weight: 600; margin-right: .9rem; }
`;
