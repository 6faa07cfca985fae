/** The file `words.txt`: a word a line, in the order of their ids. */
import { readStoredBytes } from "../../corpus/file-lines.ts";
import { readLines } from "../../corpus/lines.ts";

/** Words of a list in batches, those in its first `byteLength` bytes or all. Holds one batch in memory. */
export async function* readWordList(
  path: string,
  byteLength?: number,
): AsyncGenerator<readonly string[]> {
  const bytes = readStoredBytes(path, byteLength === undefined ? {} : { end: byteLength });
  for await (const { lines } of readLines(path, bytes, { replacedCharacters: 0 })) yield lines;
}
