/** True facts of real tables: the capitals of countries and the symbols of elements. */
import type { Rng } from "../../../base/random.ts";
import { choicesWith, insertClause, numberedId, takeFor } from "../plant.ts";
import { partOf } from "../kind-table.ts";
import { capitalize } from "../names.ts";
import type { Insertion, Item, Planting } from "../item.ts";
import { dosesOf, type WorldSettings } from "../settings.ts";
import type { Country, Element } from "../sources.ts";

interface Fact {
  /** "Peru". */
  readonly subject: string;
  readonly answer: string;
  /** Sentences about the subject that do not answer the question. */
  readonly others: readonly string[];
}

/** Capitals; what else the table tells of a country are the distractors. */
export function plantCapitals(
  countries: readonly Country[],
  settings: WorldSettings,
  rng: Rng,
): Planting {
  const facts = countries.map(({ name, capital, subregion, currency, borders }) => ({
    ...{ subject: name, answer: capital },
    others: [
      ...(subregion === undefined ? [] : [`${name} belongs to ${subregion}.`]),
      ...(currency === undefined ? [] : [`People in ${name} pay with the ${currency}.`]),
      borders === 0 ? `${name} has no land border.` : `${name} has ${borders} neighbors on land.`,
    ],
  }));
  return plantFacts("fact/capital", facts, settings, rng);
}

/** Symbols of elements. */
export function plantSymbols(
  elements: readonly Element[],
  settings: WorldSettings,
  rng: Rng,
): Planting {
  const facts = elements.map(({ name, symbol, category, period, phase }) => ({
    ...{ subject: name, answer: symbol },
    others: [
      `${capitalize(name)} belongs to the group called ${category}.`,
      `${capitalize(name)} stands in period ${period}.`,
      `At room temperature ${name} is a ${phase}.`,
    ],
  }));
  return plantFacts("fact/symbol", facts, settings, rng);
}

function plantFacts(
  kind: "fact/capital" | "fact/symbol",
  facts: readonly Fact[],
  settings: WorldSettings,
  rng: Rng,
): Planting {
  const doses = dosesOf(settings.doses[kind]);
  const drawn = takeFor(kind, rng.fork("subjects").shuffle([...facts]), doses);
  const dosed = drawn.map(({ candidate, dose }) => ({ ...candidate, dose }));
  const choose = rng.fork("choices");
  const items = dosed.map((fact, index) =>
    itemOf(kind, fact, index, nearestDoses(fact, dosed, settings.facts.choices, choose)),
  );
  const sentences = rng.fork("sentences");
  const statements = items.flatMap((item) => insertClause(item, `the ${item.text}`, sentences));
  const distractors = distractorsOf(kind, dosed, settings.facts.distractors, rng.fork("others"));
  return { items, insertions: [...statements, ...distractors] };
}

function itemOf(
  kind: string,
  { subject, answer, dose }: Fact & { readonly dose: number },
  index: number,
  choices: readonly string[],
): Item {
  const a = `${kind.slice("fact/".length)} of ${subject}`;
  const item = numberedId(kind, index);
  return {
    ...{ item, kind, dose, group: item, text: `${a} is ${answer}` },
    ...{ context: `The ${a} is`, target: ` ${answer}` },
    choices: choices.map((choice) => ` ${choice}`),
    variable: `${subject} ${answer}`,
    question: { a, b: answer, total: dose, mentions: 0 },
  };
}

/**
 * The right answer among answers of the same dose as far as there are enough, else of the nearest:
 * so that how often an answer occurs does not tell which is right.
 */
function nearestDoses(
  { answer, dose }: { readonly answer: string; readonly dose: number },
  facts: readonly { readonly answer: string; readonly dose: number }[],
  count: number,
  rng: Rng,
): string[] {
  const distance = (other: number): number => Math.abs(Math.log2(other + 1) - Math.log2(dose + 1));
  const ranked = rng.shuffle([...facts]).sort((x, y) => distance(x.dose) - distance(y.dose));
  const others = ranked.map((fact) => fact.answer);
  return choicesWith(answer, others, count, rng);
}

function distractorsOf(kind: string, facts: readonly Fact[], count: number, rng: Rng): Insertion[] {
  return facts.flatMap(({ others }) =>
    rng
      .shuffle([...others])
      .slice(0, count)
      .map((text) => ({
        ...{ part: partOf(kind), kind: "fact/distractor", text, items: [] },
        rank: rng.next(),
      })),
  );
}
