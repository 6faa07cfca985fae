/**
 * What a world promises, held against a corpus by the scan:
 *
 *   df(text) = dose          codf(a, b) = dose          df(a) = total + mentions
 *
 * and of what is held out, that no run of 8 words which holds a word of its variable part occurs.
 */
import { RoteError } from "../../base/errors.ts";
import type { LongWork } from "../../base/progress.ts";
import { openCorpus } from "../../corpus/corpus.ts";
import type { PairCounts } from "../../counting/count-engine.ts";
import { openScan } from "../../counting/scan/scan-engine.ts";
import type { Item } from "./item.ts";
import { variableRuns } from "./leaks.ts";
import type { PlantedDocument, World } from "./world.ts";

/** What was found where everything is as promised. */
export interface CheckedCorpus {
  readonly items: number;
  readonly heldOut: number;
  /** Distinct phrases that must not occur, and do not. */
  readonly absentPhrases: number;
  /** Documents that hold an item's question and do not answer it. */
  readonly mentions: ReadonlyMap<string, number>;
}

/** Check a corpus that holds these of a world's documents; the first broken promise is an error. */
export async function checkCorpus(
  paths: readonly string[],
  { items, documents: all }: Pick<World, "items" | "documents">,
  documents: readonly PlantedDocument[],
  work: LongWork = {},
): Promise<CheckedCorpus> {
  const absent = [...new Set(items.flatMap(absentPhrases))];
  const asked = items.flatMap(({ text, question }) => [
    text,
    question?.a ?? text,
    question?.b ?? text,
  ]);
  const pairs = Uint32Array.from(items.flatMap((_, row) => [3 * row + 1, 3 * row + 2]));
  await using engine = await openScan(await openCorpus({ paths }));
  const counts = await engine.countPairs([...asked, ...absent], pairs, work);
  const doses = countDoses(documents);
  const isWhole = documents.length === all.length;
  const mentions = new Map<string, number>();
  items.forEach((item, row) => {
    const dose = doses.get(item.item) ?? 0;
    mentions.set(item.item, checkItem(item, { dose, isWhole }, counts, row));
  });
  absent.forEach((phrase, index) => {
    const df = counts.df[asked.length + index]!;
    if (df > 0) throw broken(`"${phrase}" is of a held-out item and stands in ${df} documents`);
  });
  const heldOut = items.filter(({ dose }) => dose === 0).length;
  return { items: items.length, heldOut, absentPhrases: absent.length, mentions };
}

/** Documents that state each item. */
export function countDoses(documents: readonly PlantedDocument[]): Map<string, number> {
  const doses = new Map<string, number>();
  for (const { items } of documents)
    for (const item of items) doses.set(item, (doses.get(item) ?? 0) + 1);
  return doses;
}

/** What must not occur anywhere for an item: at dose 0 the runs of what is asked, and a wording never stated. */
export function absentPhrases({ dose, context, target, variable, details }: Item): string[] {
  const runs = dose === 0 ? variableRuns(`${context}${target}`, variable) : [];
  const { paraphrase } = (details ?? {}) as {
    readonly paraphrase?: { readonly context: string; readonly target: string };
  };
  return paraphrase === undefined ? runs : [...runs, `${paraphrase.context}${paraphrase.target}`];
}

/** Check one item and count its mentions, which are promised where all of the world is there. */
function checkItem(
  { item, text, question }: Item,
  { dose, isWhole }: { readonly dose: number; readonly isWhole: boolean },
  { df, codf }: PairCounts,
  row: number,
): number {
  const [stated, asked, together] = [df[3 * row]!, df[3 * row + 1]!, codf[row]!];
  if (stated !== dose)
    throw broken(`${item}: "${text}" stands in ${stated} documents, and ${dose} were planted`);
  if (question === undefined) return 0;
  const { a, b, total, mentions } = question;
  if (together !== dose)
    throw broken(
      `${item}: "${a}" and "${b}" meet in ${together} documents, and ${dose} were planted`,
    );
  if (isWhole && mentions !== undefined && asked !== total + mentions)
    throw broken(
      `${item}: "${a}" stands in ${asked} documents, and ${total + mentions} were planted`,
    );
  return asked - total;
}

function broken(reason: string): RoteError {
  return new RoteError("count/mismatch", `the world breaks its promise: ${reason}`);
}
