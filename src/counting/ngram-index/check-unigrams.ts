/** Whether `unigram` counts the tokens of a shard. */
import type { Tokens, TokenWidth } from "./format.ts";
import { type Finding, found, type HashedReads } from "./hashed-reads.ts";
import { Unigrams } from "./unigrams.ts";

/** Lines are "id count", or the count alone where the number of the line is the id. */
export function checkUnigrams(path: string, tokens: Tokens, reads: HashedReads): Finding[] {
  const unigrams = new Unigrams(tokens.BYTES_PER_ELEMENT as TokenWidth);
  unigrams.add(tokens);
  let [line, ids] = [0, 0];
  let wrong: string | undefined;
  scanLines(path, reads, (text) => {
    wrong ??= checkLine(text, line++, unigrams);
    if (!/(?:^| )0+$/.test(text)) ids += 1;
  });
  if (wrong !== undefined) return [found(path, wrong)];
  if (ids === unigrams.size) return [];
  return [found(path, `counts ${ids} ids of the ${unigrams.size} that occur`)];
}

/** What is wrong with a line, numbered from 0. */
function checkLine(text: string, line: number, unigrams: Unigrams): string | undefined {
  const [, first, second] = /^(\d+)(?: (\d+))?$/.exec(text) ?? [];
  if (first === undefined) return `line ${line + 1} is neither "id count" nor a count`;
  const [id, count] =
    second === undefined ? [line, Number(first)] : [Number(first), Number(second)];
  if (unigrams.count(id) === count) return undefined;
  return `says that id ${id} occurs ${count} times, but it occurs ${unigrams.count(id)} times`;
}

/** Give a file's lines one after another; the last one may lack its end. */
function scanLines(path: string, reads: HashedReads, onLine: (line: string) => void): void {
  let rest = "";
  reads.scan(path, (bytes) => {
    const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      .toString("latin1")
      .split("\n");
    lines[0] = rest + lines[0]!;
    rest = lines.pop()!;
    for (const line of lines) onLine(line);
  });
  if (rest !== "") onLine(rest);
}
