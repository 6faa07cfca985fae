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
  const name = path === "-" ? "standard input" : path;
  const batches =
    path === "-" ? readLines(name, stdin, { replacedCharacters: 0 }) : readFileLines(path);
  for await (const { firstLine, lines } of batches)
    for (const [i, line] of lines.entries()) yield { line, place: `${name}:${firstLine + i}` };
}
