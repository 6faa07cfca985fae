/** From the corpus flags of a command to an open corpus, and what is said of it afterwards. */
import { availableParallelism } from "node:os";
import { RoteError } from "../base/errors.ts";
import type { Corpus } from "../corpus/corpus.ts";
import type { CorpusReport } from "../corpus/pass.ts";
import type { CorpusIdentity } from "../corpus/document.ts";
import type { CommandIo } from "./io.ts";
import { amount, formatBytes, formatDuration, formatInteger } from "./output.ts";

export interface CorpusValues {
  readonly corpus: readonly string[];
  readonly field: string | undefined;
  readonly lines: boolean;
  readonly where: readonly string[];
  readonly skipMalformed: boolean;
}

/** Skipped lines named one by one on standard error. */
const NAMED_LINES = 10;

/** Open the corpus that the flags name; "-" is standard input. */
export async function openCorpusOf(values: CorpusValues, { stdin }: CommandIo): Promise<Corpus> {
  const { corpus: paths, field, lines, skipMalformed } = values;
  const { openCorpus } = await import("../corpus/corpus.ts");
  const where = parseWhere(values.where);
  return openCorpus({ paths, field, lines, skipMalformed, where, stdin });
}

/** Worker threads: as asked, or one for each core. */
export function jobsOf(jobs: number | undefined): number {
  return jobs ?? availableParallelism();
}

/** `["lang=eng"]` → `{ lang: "eng" }`; the value may hold further equals signs. */
function parseWhere(conditions: readonly string[]): Record<string, string> {
  const where: Record<string, string> = {};
  for (const condition of conditions) {
    const equals = condition.indexOf("=");
    if (equals < 1)
      throw new RoteError("usage", `--where must be KEY=VALUE, got "${condition}"`, { condition });
    const key = condition.slice(0, equals);
    if (key in where)
      throw new RoteError("usage", `--where names "${key}" twice; no document has both values`);
    where[key] = condition.slice(equals + 1);
  }
  return where;
}

/** What a finished pass read, how fast, and everything it mended or left out. `bytes` were read in `seconds`; absent: all. */
export function passSummary(
  corpus: Corpus,
  { words }: Pick<CorpusIdentity, "words">,
  { seconds, bytes }: { readonly seconds: number; readonly bytes?: number },
): readonly string[] {
  const report = corpus.report();
  const { ignored } = corpus;
  const now = bytes === undefined ? "" : `, of which ${formatBytes(bytes)} now,`;
  const rate = formatBytes((bytes ?? report.storedBytes) / Math.max(seconds, 1e-3));
  return [
    `${corpus.name}: ${readText({ ...report, words })}${now} in ${formatDuration(seconds)} (${rate}/s)`,
    ...leftOutLines(report),
    ...when(
      ignored.length,
      `${amount(ignored.length, "file")} of unknown kind not read: ${ignored.slice(0, 3).join(", ")}${ignored.length > 3 ? ", …" : ""}`,
    ),
  ];
}

/** `3 documents, 27 words, 153 bytes`. */
export function readText({
  documents,
  words,
  storedBytes,
}: Pick<CorpusReport, "documents" | "storedBytes"> & Pick<CorpusIdentity, "words">): string {
  const counted = words === undefined ? [] : [amount(words, "word")];
  return [amount(documents, "document"), ...counted, formatBytes(storedBytes)].join(", ");
}

/** What was mended and left out, where anything was. */
export function leftOutLines(report: CorpusReport): readonly string[] {
  const unnamed = report.skippedLines - Math.min(report.skipped.length, NAMED_LINES);
  return [
    ...when(report.filtered, `${amount(report.filtered, "document")} left out by --where`),
    ...when(
      report.replacedCharacters,
      `${amount(report.replacedCharacters, "invalid UTF-8 sequence")} replaced by U+FFFD`,
    ),
    ...when(report.skippedLines, `${amount(report.skippedLines, "malformed line")} skipped:`),
    ...inOrder(report.skipped)
      .slice(0, NAMED_LINES)
      .map(({ path, line, reason }) => `  ${path}:${line} ${reason}`),
    ...when(unnamed, `  and ${formatInteger(unnamed)} more`),
  ];
}

/** Lines of a file by number: a reader may find out about a later line first. */
function inOrder(skipped: CorpusReport["skipped"]): CorpusReport["skipped"] {
  const paths = [...new Set(skipped.map(({ path }) => path))];
  return paths.flatMap((path) =>
    skipped.filter((line) => line.path === path).toSorted((x, y) => x.line - y.line),
  );
}

function when(count: number, line: string): string[] {
  return count > 0 ? [line] : [];
}
