/**
 * Questions that need two facts: the village of a person, and the ruler of a village. Some are also
 * stated outright, at doses of their own: what is known at dose 0 was put together.
 */
import type { Rng } from "../../../base/random.ts";
import type { Item, Planting } from "../item.ts";
import type { NamePool } from "../names.ts";
import { insertClause, numberedId } from "../plant.ts";
import { dosesOf, type WorldSettings } from "../settings.ts";

interface Village {
  readonly name: string;
  readonly ruler: string;
}

/** People in villages: a village's ruler is a second hop that all its people share. */
export function plantTwoHop(settings: WorldSettings, names: NamePool, rng: Rng): Planting {
  const { firstHop, secondHop, places } = settings.twoHop;
  const rulers = names.take(places);
  const villages = names.take(places).map((name, index) => ({ name, ruler: rulers[index]! }));
  const second = villages.map((village, index) => secondHopOf(village, villages, secondHop, index));
  const doses = rng.fork("doses").shuffle(dosesOf(settings.doses["two-hop"]));
  const people = names.take(doses.length).map((name, index) => ({
    ...{ name, index, dose: doses[index]!, village: index % places },
    firstDose: firstHop[Math.floor(index / places) % firstHop.length]!,
  }));
  const first = people.map((person) => firstHopOf(person, villages));
  const composed = people.map((person, index) =>
    composedOf(person, villages, [first[index]!, second[person.village]!]),
  );
  const items = [...composed, ...first, ...second];
  const sentences = rng.fork("sentences");
  return {
    items,
    insertions: items.flatMap((item) => insertClause(item, `the ${item.text}`, sentences)),
  };
}

interface Person {
  readonly name: string;
  readonly index: number;
  readonly village: number;
  /** Statements of the composed fact. */
  readonly dose: number;
  /** Statements of the village. */
  readonly firstDose: number;
}

function fact(
  kind: string,
  index: number,
  {
    a,
    b,
    answers,
    dose,
  }: {
    readonly a: string;
    readonly b: string;
    readonly answers: readonly string[];
    readonly dose: number;
  },
): Item & { readonly question: { readonly a: string } } {
  const item = numberedId(kind, index);
  return {
    ...{ item, kind, dose, group: item, text: `${a} is ${b}` },
    ...{ context: `The ${a} is`, target: ` ${b}`, choices: answers.map((each) => ` ${each}`) },
    ...{ variable: `${a} ${b}`, question: { a, b, total: dose, mentions: 0 } },
  };
}

function secondHopOf(
  { name, ruler }: Village,
  villages: readonly Village[],
  dose: number,
  index: number,
): Item {
  const answers = villages.map((village) => village.ruler);
  return fact("two-hop/second", index, { a: `ruler of ${name}`, b: ruler, answers, dose });
}

/** A person's village; the composed statements hold the same question, and not its answer. */
function firstHopOf(
  { name, index, village, dose, firstDose }: Person,
  villages: readonly Village[],
): Item {
  const answers = villages.map((each) => each.name);
  const [a, b] = [`village of ${name}`, villages[village]!.name];
  const item = fact("two-hop/first", index, { a, b, answers, dose: firstDose });
  return { ...item, question: { a, b, total: firstDose, mentions: dose } };
}

function composedOf(
  { name, index, village, dose }: Person,
  villages: readonly Village[],
  hops: readonly Item[],
): Item {
  const answers = villages.map((each) => each.ruler);
  const b = villages[village]!.ruler;
  const item = fact("two-hop", index, { a: `ruler of the village of ${name}`, b, answers, dose });
  return {
    ...item,
    details: { hops: hops.map((hop) => hop.item), hopDoses: hops.map((hop) => hop.dose) },
  };
}
