/** The documents of an item: as many statements as its dose, as many mentions as asked for. */
import { RoteError } from "../../base/errors.ts";
import type { Json } from "../../base/json.ts";
import type { Rng } from "../../base/random.ts";
import { renderMention, renderStatement, statementFrames } from "./frames.ts";
import type { Insertion } from "./item.ts";
import { partOf } from "./kind-table.ts";

/** What the documents of one item have in common. */
export interface Stated {
  readonly item: string;
  readonly kind: string;
  readonly group: string;
  readonly dose: number;
}

/** `count` ranks in [0, 1), evenly spaced from a random start, so that any share of them can be kept. */
export function evenRanks(count: number, rng: Rng): number[] {
  const start = rng.next();
  return Array.from({ length: count }, (_, index) => round((index + start) / count));
}

/** Six decimals: as many as the corpus files hold. */
export function round(value: number): number {
  return Math.floor(value * 1e6) / 1e6;
}

/** The statements of an item, each made by `write`. */
export function insertStatements(
  { item, kind, group, dose }: Stated,
  rng: Rng,
  write: () => string,
  meta?: Readonly<Record<string, Json>>,
): Insertion[] {
  return evenRanks(dose, rng).map((rank) => ({
    ...{ part: partOf(kind), kind, text: write(), items: [item], group, rank },
    ...(meta === undefined ? {} : { meta }),
  }));
}

/** Statements of a clause in varied sentences. */
export function insertClause(
  stated: Stated,
  clause: string,
  rng: Rng,
  {
    frames = statementFrames,
    meta,
  }: {
    readonly frames?: readonly string[];
    readonly meta?: Readonly<Record<string, Json>>;
  } = {},
): Insertion[] {
  return insertStatements(stated, rng, () => renderStatement(clause, rng, frames), meta);
}

/** Documents that name a question and no answer. */
export function insertMentions(
  { kind, group }: Pick<Stated, "kind" | "group">,
  a: string,
  count: number,
  rng: Rng,
): Insertion[] {
  return evenRanks(count, rng).map((rank) => ({
    ...{ part: partOf(kind), kind: `${kind}/mention`, text: renderMention(a, rng) },
    ...{ items: [], group, rank },
  }));
}

/** As many candidates as there are doses, or an error that says what is missing. */
export function takeFor<Candidate>(
  kind: string,
  candidates: readonly Candidate[],
  doses: readonly number[],
): { readonly candidate: Candidate; readonly dose: number }[] {
  const [needed, found] = [doses.length, candidates.length];
  if (found < needed)
    throw new RoteError(
      "usage",
      `the sources have ${found} candidates for ${kind} that the base text does not hold, and ${needed} are planned; give other sources or a smaller size`,
      { kind, found, needed },
    );
  return doses.map((dose, index) => ({ candidate: candidates[index]!, dose }));
}

/** Item ids of a kind: "fact/capital" gives capital-001, capital-002 … */
export function numberedId(kind: string, index: number): string {
  const name = kind.replace(/^fact\//, "").replaceAll("/", "-");
  return `${name}-${String(index + 1).padStart(3, "0")}`;
}

/** The right answer and others, shuffled. */
export function choicesWith(
  right: string,
  others: readonly string[],
  count: number,
  rng: Rng,
): string[] {
  const wrong = others.filter((other) => other !== right).slice(0, count - 1);
  return rng.shuffle([right, ...wrong]);
}
