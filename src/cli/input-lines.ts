import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { readFileLines } from "../corpus/file-lines.ts";
import { readLines } from "../corpus/lines.ts";

export interface InputLine {
  readonly line: string;
  /** Where it stands, as errors name it: "requests.jsonl:7", "standard input:7". */
  readonly place: string;
}

/** Lines of a file (.gz and .zst are unpacked), or of standard input for "-"; blank ones too. */
export async function* readInputLines(path: string, stdin: Readable): AsyncGenerator<InputLine> {
  for await (const lines of readBatches(path, stdin)) yield* lines;
}

/** The same in groups of at most `size`, without blank ones: of standard input, what stands there by then. */
export async function* readInputLineGroups(
  path: string,
  stdin: Readable,
  size: number,
): AsyncGenerator<readonly InputLine[]> {
  for await (const batch of readBatches(path, stdin)) {
    const lines = batch.filter(({ line }) => line.trim() !== "");
    for (let i = 0; i < lines.length; i += size) yield lines.slice(i, i + size);
  }
}

/** False for standard input, and for pipes such as the shell's <(…): their lines are there once. */
export async function canBeReadTwice(path: string): Promise<boolean> {
  if (path === "-") return false;
  // What is not there is an error to whoever reads it.
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? true;
}

async function* readBatches(path: string, stdin: Readable): AsyncGenerator<InputLine[]> {
  const name = path === "-" ? "standard input" : path;
  const batches =
    path === "-" ? readLines(name, stdin, { replacedCharacters: 0 }) : readFileLines(path);
  for await (const { firstLine, lines } of batches)
    yield lines.map((line, i) => ({ line, place: `${name}:${firstLine + i}` }));
}
