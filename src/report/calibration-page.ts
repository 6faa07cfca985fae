/** The calibration card as one HTML page that needs nothing but itself. */
import { groupBy } from "../base/group-by.ts";
import type { CalibrationFile } from "../lab/calibration/calibrate-world.ts";
import {
  aucFigures,
  curveFigures,
  curveFindings,
  doseFigures,
  injectionFigures,
} from "./calibration-figures.ts";
import { calibrationStyle } from "./calibration-style.ts";
import {
  axisTable,
  causalTables,
  contrastTable,
  findingTable,
  gradeTable,
  injectionTable,
  measureTable,
  shapeTable,
} from "./calibration-tables.ts";
import { count } from "./format.ts";
import { html, type Html } from "./html.ts";
import { pageHtml, type Section } from "./page-shell.ts";
import { styleSheet } from "./style.ts";

type Figures = typeof import("./figure.ts");

/** The page's HTML. */
export function renderCalibration(card: CalibrationFile, figures: Figures): string {
  const sections = sectionsOf(card, figures);
  const { version, seed, command } = card.provenance;
  const models = card.models.length === 0 ? "no model" : card.models.join(", ");
  return pageHtml({
    title: "Calibration card",
    kicker: "calibration card",
    headline: html`${count(card.measures.length, "measure")} of memorization, held against what is
    known: ${models}`,
    sections,
    footer: html`Made by Rote ${version} with seed ${seed} and ${card.resamples} resamples of groups
      of items from <code>calibration.json</code>: <code>${command}</code>`,
    style: styleSheet + calibrationStyle,
    version,
  });
}

function sectionsOf(card: CalibrationFile, figures: Figures): Section[] {
  const section = (id: string, title: string, content: Html | undefined): Section[] =>
    content === undefined ? [] : [{ id, title, content }];
  return [
    ...section("curve", "Distributional memorization by exposure", curveSection(card, figures)),
    ...section("injection", "As more is injected", injectionSection(card, figures)),
    ...section("axes", "Which axis a measure sees", axisSection(card)),
    ...section("recall", "Recall by dose", doseSection(card, figures)),
    ...section("grades", "Measures against the dose", gradeSection(card, figures)),
    ...section("sets", "Measures of whole sets", setSection(card)),
    ...section("arms", "The same items in other corpora", contrastTable(card)),
    ...section("causal", "With the item and without it", causalTables(card)),
    ...section("shapes", "Shapes that the truth must have", shapeTable(card)),
    ...section("measures", "The measures", measureTable(card)),
  ];
}

function curveSection(card: CalibrationFile, figures: Figures): Html | undefined {
  const curves = curveFindings(card);
  if (curves.length === 0) return undefined;
  return html`<p>
      Spearman’s ρ between P(b|a) and the model’s log-likelihood of b, over all answers of the names
      that are answered so often, zeros kept. Where a model had too little exposure to learn a
      name’s answers, ρ lies in the band of the null: the same values of P(b|a), dealt out anew
      among these answers. Nothing is counted again for it. Models of the standard corpus saw none
      of the answers: theirs must lie there everywhere.
    </p>
    ${curveFigures(card, figures)}
    ${findingTable("The same as numbers; intervals draw names, not answers.", curves)}`;
}

function injectionSection(card: CalibrationFile, figures: Figures): Html | undefined {
  const { injection } = card;
  if (injection.length === 0) return undefined;
  const divided = new Set(injection.filter(({ total }) => total !== null).map(({ kind }) => kind));
  const [main, others] = [
    injection.filter(({ kind }) => divided.has(kind)),
    injection.filter(({ kind }) => !divided.has(kind)),
  ];
  const shown = main.length === 0 ? others : main;
  return html`<p>
      Models of corpora that hold a part of each item’s documents. Distributional memorization must
      rise with the part, and lie in the null where it is 0. P(b|a) is that of the whole corpus
      throughout, since a part keeps the shares. Intervals draw groups of items and seeds; single
      seeds stand beside their mean. The null deals the values of P(b|a) out anew, and counts
      nothing again.
    </p>
    ${injectionFigures(shown, figures)} ${injectionTable(card)}`;
}

function axisSection({ grades }: CalibrationFile): Html | undefined {
  if (grades.every(({ axes }) => axes === undefined)) return undefined;
  return html`<p>
      How often an answer is given and how probable it is among the answers are two things: 0.9 of
      16 and 0.9 of 1024 statements are one probability and two doses. Recall follows the dose; a
      measure of distributional memorization follows the probability. An axis is called seen where
      the 95 % interval lies above ½, so one in forty is seen by chance.
    </p>
    ${axisTable(grades)}`;
}

function doseSection(card: CalibrationFile, figures: Figures): Html | undefined {
  if (card.truth.doseResponses.length === 0) return undefined;
  return html`<p>
      Mean log-probability of each token that is to be recalled, with intervals over groups of
      items. Models of the standard corpus never saw an item: at dose 0 all should agree with them.
    </p>
    ${doseFigures(card, figures)}`;
}

function gradeSection(card: CalibrationFile, figures: Figures): Html {
  const largest = card.models.at(-1);
  const kinds = [...groupBy(card.grades, ({ kind }) => kind)];
  return html`${
    largest === undefined
      ? undefined
      : html`<p>
            Under ${largest}: how often an item of each dose scores above one that was never
            planted. A line is a kind of item; ½ is chance.
          </p>
          ${aucFigures(card, largest, figures)}`
  }
  ${kinds.map(
    ([kind, grades]) =>
      html`<details>
        <summary>${kind}: all measures and models</summary>
        ${gradeTable(kind, grades)}
      </details> `,
  )}`;
}

function setSection({ findings }: CalibrationFile): Html | undefined {
  const whole = findings.filter(({ total }) => total === null);
  if (whole.length === 0) return undefined;
  const of = (measure: string): typeof whole => whole.filter((each) => each.measure === measure);
  const details = (title: string, content: Html): Html =>
    html`<details>
      <summary>${title}</summary>
      ${content}
    </details> `;
  return html`${details(
    "Distributional memorization of each kind",
    findingTable(
      "Spearman’s ρ of P(b|a) and log-likelihood over items; n is the length of n-grams, or phrase for the whole question and answer. The null exchanges values and counts nothing again: P(b|a) is dealt out anew among items of one total, or of one kind where a total is a dose.",
      of("distributional-memorization"),
    ),
  )}
  ${details(
    "Frequency and performance of each kind",
    findingTable(
      "Change of the share answered rightly with each doubling of 1 + frequency (Eq. 4, words).",
      of("frequency-slope"),
    ),
  )}`;
}
