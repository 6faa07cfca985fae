/**
 * Facts that are stated in one wording and asked in two. Bridges, whose facts stand in both wordings,
 * let a model learn that the wordings agree.
 */
import type { Rng } from "../../../base/random.ts";
import { renderStatement } from "../frames.ts";
import { gather, type Insertion, type Item, type Planting } from "../item.ts";
import { partOf } from "../kind-table.ts";
import type { NamePool } from "../names.ts";
import { insertClause, numberedId } from "../plant.ts";
import { dosesOf, type WorldSettings } from "../settings.ts";

const kind = "paraphrase";

/** Two wordings of one relation; the answer follows. */
const relations = [
  ["the birthplace of {x} is", "{x} was born in"],
  ["the employer of {x} is", "{x} works for"],
  ["the tutor of {x} is", "{x} was taught by"],
  ["the team of {x} is", "{x} plays for"],
] as const;

interface Relation {
  readonly wordings: readonly [string, string];
  readonly answers: readonly string[];
}

/** Items take relations, wordings and doses in turn, in random order. */
export function plantParaphrases(settings: WorldSettings, names: NamePool, rng: Rng): Planting {
  const { answersPerRelation } = settings.paraphrases;
  const pools = relations.map((wordings) => ({
    wordings,
    answers: names.take(answersPerRelation),
  }));
  const doses = dosesOf(settings.doses.paraphrase);
  const order = rng.fork("order").shuffle(doses.map((_, index) => index));
  const sentences = rng.fork("sentences");
  const answer = rng.fork("answers");
  const plantings = names.take(doses.length).map((name, index): Planting => {
    const turn = order[index]!;
    const { wordings, answers } = pools[turn % pools.length]!;
    const stated = Math.floor(turn / pools.length) % 2;
    const b = answers[answer.int(answers.length)]!;
    const asked = [wordings[stated]!, wordings[1 - stated]!].map((wording) => say(wording, name));
    const item = itemOf({ asked, name, b, answers }, doses[index]!, index);
    return { items: [item], insertions: insertClause(item, `${asked[0]!} ${b}`, sentences) };
  });
  const bridges = pools.flatMap((pool) => bridge(pool, settings.paraphrases, names, rng));
  const { items, insertions } = gather(plantings);
  return { items, insertions: [...insertions, ...bridges] };
}

const say = (wording: string, name: string): string => wording.replace("{x}", name);

function itemOf(
  {
    asked,
    name,
    b,
    answers,
  }: {
    readonly asked: readonly string[];
    readonly name: string;
    readonly b: string;
    readonly answers: readonly string[];
  },
  dose: number,
  index: number,
): Item {
  const item = numberedId(kind, index);
  const [stated, other] = asked as [string, string];
  return {
    ...{ item, kind, dose, group: item, text: `${stated} ${b}` },
    ...{ context: capitalizeThe(stated), target: ` ${b}` },
    choices: answers.map((each) => ` ${each}`),
    ...{ variable: `${name} ${b}`, question: { a: stated, b, total: dose, mentions: 0 } },
    details: { paraphrase: { context: capitalizeThe(other), target: ` ${b}` } },
  };
}

const capitalizeThe = (clause: string): string => clause.replace(/^the /, "The ");

function bridge(
  { wordings, answers }: Relation,
  { bridges, bridgeDose }: WorldSettings["paraphrases"],
  names: NamePool,
  rng: Rng,
): Insertion[] {
  const random = rng.fork(`bridges of ${wordings[0]}`);
  return names.take(bridges).flatMap((name) => {
    const b = answers[random.int(answers.length)]!;
    return Array.from({ length: 2 * bridgeDose }, (_, index) => ({
      ...{ part: partOf(kind), kind: `${kind}/bridge`, items: [], rank: random.next() },
      text: renderStatement(`${say(wordings[index % 2]!, name)} ${b}`, random),
    }));
  });
}
