/** Sums and differences at doses, with other problems beside them from which a rule could be learned. */
import type { Rng } from "../../../base/random.ts";
import { arithmeticFrames, renderStatement } from "../frames.ts";
import type { Insertion, Item, Planting } from "../item.ts";
import { partOf } from "../kind-table.ts";
import { insertClause, numberedId, takeFor } from "../plant.ts";
import { dosesOf, type WorldSettings } from "../settings.ts";

const kind = "arithmetic";

interface Problem {
  readonly a: string;
  readonly b: string;
}

/** The problems at dose 0 are held out: only the rule answers them. */
export function plantArithmetic(settings: WorldSettings, rng: Rng): Planting {
  const { largest, background } = settings.arithmetic;
  const problems = rng.fork("problems").shuffle(allProblems(largest));
  const doses = dosesOf(settings.doses.arithmetic);
  const items = takeFor(kind, problems, doses).map(({ candidate, dose }, index) =>
    itemOf(candidate, dose, index),
  );
  const frames = arithmeticFrames;
  const sentences = rng.fork("sentences");
  const others = problems.slice(items.length, items.length + background.problems);
  return {
    items,
    insertions: [
      ...items.flatMap((item) => insertClause(item, item.text, sentences, { frames })),
      ...others.flatMap((problem) => repeat(problem, background.documents, sentences)),
    ],
  };
}

/** Sums of two numbers from 2 to `largest`, and differences above 0 that are no number of the problem. */
function allProblems(largest: number): Problem[] {
  const problems: Problem[] = [];
  for (let x = 2; x <= largest; x++)
    for (let y = 2; y <= largest; y++) {
      problems.push({ a: `${x} plus ${y}`, b: String(x + y) });
      if (x > y && x !== 2 * y) problems.push({ a: `${x} minus ${y}`, b: String(x - y) });
    }
  return problems;
}

function itemOf({ a, b }: Problem, dose: number, index: number): Item {
  const item = numberedId(kind, index);
  return {
    ...{ item, kind, dose, group: item, text: `${a} is ${b}` },
    ...{ context: `${a} is`, target: ` ${b}`, variable: `${a} ${b}` },
    question: { a, b, total: dose, mentions: 0 },
  };
}

function repeat({ a, b }: Problem, count: number, rng: Rng): Insertion[] {
  return Array.from({ length: count }, () => ({
    ...{ part: partOf(kind), kind: `${kind}/background`, items: [], rank: rng.next() },
    text: renderStatement(`${a} is ${b}`, rng, arithmeticFrames),
  }));
}
