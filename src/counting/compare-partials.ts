/**
 * Whether two counts may be added: they must ask the same of the same corpus in the same way. Errors
 * name both sides and what each has.
 *
 * Malformed lines are no term: a pass that ended without --skip-malformed has met none, and gives the
 * same counts as one with it.
 */
import { RoteError } from "../base/errors.ts";
import type { CountTerms, PartialCounts, PlanIdentity } from "./partial-counts.ts";
import type { CountQuestion } from "./question.ts";
import { type FileState, lengthToCut } from "../corpus/part-plan.ts";

/** Two counts that are to belong together. */
export interface TwoSides {
  /** Two files, or a file and the command that goes on with it. */
  readonly names: readonly [string, string];
  /** What to do where they do not. */
  readonly wayOut: string;
}

/** Throw where two sides have different values for one thing. */
export function refuseOther(
  { names, wayOut }: TwoSides,
  what: string,
  value: string,
  other: string,
): void {
  if (value === other) return;
  throw new RoteError(
    "count/mismatch",
    `${names[0]} and ${names[1]} do not belong together: ${what} is ${value} in ${names[0]}, ${other} in ${names[1]}; ${wayOut}`,
    { names, what, values: [value, other] },
  );
}

/** A question and the terms under which it is counted. */
export type TermedQuestion = Pick<PartialCounts, "question" | "terms">;

/** Throw where something else is asked, in another order, or counted under other terms. */
export function refuseOtherCount(
  sides: TwoSides,
  count: TermedQuestion,
  other: TermedQuestion,
): void {
  refuseOtherTerms(sides, count.terms, other.terms);
  refuseOtherQuestion(sides, count.question, other.question);
}

/**
 * Throw where a corpus was planned otherwise. Files are compared by size and by path below the
 * deepest folder that holds them all, so that machines may keep the corpus in different places.
 */
export function refuseOtherPlan(sides: TwoSides, plan: PlanIdentity, other: PlanIdentity): void {
  refuseOther(sides, "the number of shards", `${plan.shardCount}`, `${other.shardCount}`);
  refuseOtherLists(sides, "file", namesAndSizes(plan.files), namesAndSizes(other.files));
  refuseOther(sides, "the number of parts", `${plan.partCount}`, `${other.partCount}`);
  refuseOther(sides, "the plan of the parts", plan.hash, other.hash);
}

function refuseOtherTerms(sides: TwoSides, terms: CountTerms, others: CountTerms): void {
  refuseOther(sides, "the text policy", terms.policy, others.policy);
  refuseOther(sides, "--window", orNone(terms.window), orNone(others.window));
  refuseOther(sides, "--field", terms.field, others.field);
  refuseOther(sides, "--lines", given(terms.lines), given(others.lines));
  refuseOther(sides, "--where", conditions(terms), conditions(others));
}

function refuseOtherQuestion(sides: TwoSides, question: CountQuestion, other: CountQuestion): void {
  if (isSameQuestion(question, other)) return;
  refuseOtherLists(sides, "phrase", askedTexts(question), askedTexts(other));
  refuseOtherLists(sides, "pair", pairTexts(question), pairTexts(other));
}

// Phrases are numbered in the order of asking, so the same question has the same numbers.
function isSameQuestion(question: CountQuestion, other: CountQuestion): boolean {
  return (["phrases", "asked", "pairs"] as const).every((part) => {
    const [list, others] = [question[part], other[part]];
    if (list.length !== others.length) return false;
    for (let i = 0; i < list.length; i++) if (list[i] !== others[i]) return false;
    return true;
  });
}

function* askedTexts({ phrases, asked }: CountQuestion): Generator<string> {
  for (const index of asked) yield JSON.stringify(phrases[index]);
}

function* pairTexts({ phrases, pairs }: CountQuestion): Generator<string> {
  for (let i = 0; i < pairs.length; i += 2)
    yield `${JSON.stringify(phrases[pairs[i]!])} with ${JSON.stringify(phrases[pairs[i + 1]!])}`;
}

function* namesAndSizes(files: readonly FileState[]): Generator<string> {
  const folders = files.map(({ path }) => path.split("/").slice(0, -1));
  const common = folders.reduce((shared, folder) => {
    const differs = shared.findIndex((name, i) => name !== folder[i]);
    return differs === -1 ? shared : shared.slice(0, differs);
  }, folders[0] ?? []);
  for (const file of files)
    yield `${file.path.split("/").slice(common.length).join("/")} of ${lengthToCut(file)} bytes`;
}

function refuseOtherLists(
  sides: TwoSides,
  noun: string,
  list: Generator<string>,
  others: Generator<string>,
): void {
  for (let i = 1; ; i++) {
    const [item, other] = [list.next(), others.next()];
    if (item.done === true && other.done === true) return;
    refuseOther(sides, `${noun} ${i}`, itemText(item), itemText(other));
  }
}

function itemText({ value }: IteratorResult<string, unknown>): string {
  return typeof value === "string" ? value : "absent";
}

function orNone(window: number | undefined): string {
  return window === undefined ? "absent" : `${window}`;
}

function given(flag: boolean): string {
  return flag ? "given" : "absent";
}

function conditions({ where }: CountTerms): string {
  const texts = Object.entries(where).map(([key, value]) => `${key}=${value}`);
  return texts.length === 0 ? "absent" : texts.sort().join(" ");
}
