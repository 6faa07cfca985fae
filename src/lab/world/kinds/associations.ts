/**
 * Associations: invented names whose answers follow known distributions, at several totals, with
 * mentions that give no answer. So P(b|a) = dose / (total + mentions) and the dose are two axes.
 */
import type { Rng } from "../../../base/random.ts";
import { gather, type Item, type Planting } from "../item.ts";
import type { NamePool } from "../names.ts";
import { insertClause, insertMentions, numberedId, round } from "../plant.ts";
import { dosesOf, type WorldSettings } from "../settings.ts";

const kind = "association";

interface Entity {
  readonly distribution: readonly number[];
  /** Doses of its answers; the last, 0, is that of an answer never given. */
  readonly doses: readonly number[];
  readonly mentions: number;
}

/** Entities in the order of the largest totals first, each with its answers. */
export function plantAssociations(
  { associations: settings }: WorldSettings,
  names: NamePool,
  rng: Rng,
): Planting {
  const { relations, answersPerRelation } = settings;
  const pools = relations.map((relation) => {
    const answers = names.take(answersPerRelation);
    return { relation, answers, deal: dealer(answers, rng.fork(relation)) };
  });
  const sentences = rng.fork("sentences");
  const entities = [...answeredEntities(settings), ...silentEntities(settings)];
  const plantings = entities.map((entity, index) => {
    const { relation, answers, deal } = pools[index % pools.length]!;
    const a = `${relation} of ${names.take(1)[0]!}`;
    const items = itemsOf(entity, { a, index, answers, given: deal(entity.doses) });
    const { group } = items[0]!;
    const statements = items.flatMap((item) => insertClause(item, `the ${item.text}`, sentences));
    const mentions = insertMentions({ kind, group }, a, entity.mentions, sentences);
    return { items, insertions: [...statements, ...mentions] };
  });
  return gather(plantings);
}

function answeredEntities({
  totals,
  distributions,
  mentions,
}: WorldSettings["associations"]): Entity[] {
  return dosesOf(totals)
    .reverse()
    .map((total, index) => {
      const distribution = distributions[index % distributions.length]!;
      const share = mentions[Math.floor(index / distributions.length) % mentions.length]!;
      const doses = [...apportion(total, distribution), 0];
      return { distribution, doses, mentions: Math.round(total * share) };
    });
}

function silentEntities({ silent }: WorldSettings["associations"]): Entity[] {
  return dosesOf(silent).map((mentions) => ({ distribution: [], doses: [0], mentions }));
}

function itemsOf(
  { distribution, doses, mentions }: Entity,
  {
    a,
    index,
    answers,
    given,
  }: {
    readonly a: string;
    readonly index: number;
    readonly answers: readonly string[];
    readonly given: readonly string[];
  },
): Item[] {
  const group = numberedId(kind, index);
  const total = doses.reduce((sum, dose) => sum + dose, 0);
  return doses.map((dose, rank) => {
    const b = given[rank]!;
    return {
      ...{ item: `${group}-${rank + 1}`, kind, dose, group, text: `${a} is ${b}` },
      ...{ context: `The ${a} is`, target: ` ${b}`, choices: answers.map((each) => ` ${each}`) },
      variable: `${a} ${b}`,
      question: { a, b, total, mentions },
      details: { share: total === 0 ? 0 : round(dose / total), distribution },
    };
  });
}

/** Whole documents for each share, summing to the total: largest remainders, ties to the earlier share. */
export function apportion(total: number, shares: readonly number[]): number[] {
  // Shares such as 0.9 are a little off in binary; without the allowance 0.9 × 10 would be 8.
  const doses = shares.map((share) => Math.floor(share * total + 1e-9));
  const rests = shares.map((share, index) => ({ index, rest: share * total - doses[index]! }));
  rests.sort((x, y) => y.rest - x.rest || x.index - y.index);
  const missing = total - doses.reduce((sum, dose) => sum + dose, 0);
  for (const { index } of rests.slice(0, missing)) doses[index]! += 1;
  return doses;
}

/**
 * Hand out a relation's answers: each dose goes to an answer given least so far, ties at random. With
 * the largest totals first every answer is about equally frequent, so that its frequency says little.
 */
function dealer(answers: readonly string[], rng: Rng): (doses: readonly number[]) => string[] {
  const given = new Map(answers.map((answer) => [answer, 0]));
  return (doses) => {
    const ranked = rng.shuffle([...answers]).sort((x, y) => given.get(x)! - given.get(y)!);
    doses.forEach((dose, rank) => given.set(ranked[rank]!, given.get(ranked[rank]!)! + dose));
    return ranked.slice(0, doses.length);
  };
}
