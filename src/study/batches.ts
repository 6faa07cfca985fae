import { writeLines } from "../base/files.ts";
import { readFileLines } from "../corpus/file-lines.ts";
import type { StudyContext } from "./context.ts";
import { Journal } from "./journal.ts";

/** Journals of unfinished stages stand here under their output's name. */
export const PARTIAL_FOLDER = "partial";

/** Work over many items whose finished batches survive an interruption. */
export interface BatchWork<Item, Entry> {
  /** The stage's name and key: entries of another key are not continued. */
  readonly stage: string;
  readonly key: string;
  readonly items: readonly Item[];
  readonly batchSize: number;
  /** What progress counts, such as "examples". */
  readonly unit: string;
  /** File of the run directory, JSON lines, one an item in the items' order. */
  readonly output: string;
  /** One entry for each item of a batch. */
  readonly process: (batch: readonly Item[]) => Promise<readonly Entry[]>;
}

/** Process all items batch by batch, continuing after the last finished one, and write the entries. */
export async function processInBatches<Item, Entry>(
  { directory, onProgress, signal }: StudyContext,
  { stage, key, items, batchSize, unit, output, process }: BatchWork<Item, Entry>,
): Promise<readonly Entry[]> {
  await using journal = await Journal.open<Entry>(
    directory.file(`${PARTIAL_FOLDER}/${output}`),
    key,
  );
  for (let start = journal.entries.length; start < items.length; start += batchSize) {
    signal?.throwIfAborted();
    onProgress({ stage, done: start, total: items.length, unit });
    await journal.append(await process(items.slice(start, start + batchSize)));
  }
  onProgress({ stage, done: items.length, total: items.length, unit });
  await writeLines(directory.file(output), jsonLines(journal.entries));
  await journal.remove();
  return journal.entries;
}

function* jsonLines(entries: Iterable<unknown>): Generator<string> {
  for (const entry of entries) yield JSON.stringify(entry);
}

/** The entries of a file that `processInBatches` wrote. */
export async function* readEntries<Entry>(path: string): AsyncGenerator<Entry> {
  for await (const { lines } of readFileLines(path))
    for (const line of lines) yield JSON.parse(line) as Entry;
}
