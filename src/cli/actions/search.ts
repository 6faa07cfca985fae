import { RoteError } from "../../base/errors.ts";
import type { Corpus } from "../../corpus/corpus.ts";
import type { CountEngine, DocumentHit } from "../../counting/count-engine.ts";
import { keywordInContext } from "../../counting/keyword-in-context.ts";
import { openScan } from "../../counting/scan/scan-engine.ts";
import { textPolicy } from "../../text/policies.ts";
import type { TextPolicy } from "../../text/policy.ts";
import { type CorpusValues, openCorpusOf, passSummary } from "../corpus-source.ts";
import type { ExitCode } from "../define-command.ts";
import {
  indexSummary,
  openIndexOf,
  refuseBesideIndex,
  requireCorpus,
} from "../word-index-source.ts";
import type { CommandIo } from "../io.ts";
import { formatInteger } from "../output.ts";

export interface SearchValues extends CorpusValues {
  readonly phrases: readonly string[];
  /** Search this index instead of a corpus. */
  readonly index: string | undefined;
  readonly limit: number | undefined;
  readonly sample: number | undefined;
  readonly seed: number;
  readonly policy: TextPolicy["name"];
  readonly json: boolean;
}

/** Hits of one phrase in one document shown to people; JSON has all. */
const SHOWN_HITS = 5;

/** `rote search`: 1 where nothing is found. */
export async function search(values: SearchValues, io: CommandIo): Promise<ExitCode> {
  const { phrases, limit, sample, seed, json } = values;
  if (limit !== undefined && sample !== undefined)
    throw new RoteError(
      "usage",
      "--limit takes the first documents, --sample a random choice; give one",
    );
  if (values.index === undefined) requireCorpus(values);
  else refuseBesideIndex(values);
  const corpus = values.index === undefined ? await openCorpusOf(values, io) : undefined;
  await using engine = await openEngine(values, corpus, io);
  const { signal, onProgress } = io;
  const options = {
    ...{ seed, signal, onProgress },
    ...(limit === undefined ? {} : { limit }),
    ...(sample === undefined ? {} : { sample }),
  };
  const start = io.now();
  let found = 0;
  for await (const hit of engine.findDocuments([{ phrases }], options)) {
    found++;
    if (json) await io.stdout.writeJson(hitObject(hit, phrases));
    else await io.stdout.write(contextLines(hit, phrases).join("\n") + "\n");
    // People watch results arrive, and a reader that has gone is noticed at the next document.
    await io.stdout.flush();
  }
  io.say(
    `${formatInteger(found)} ${found === 1 ? "document" : "documents"} ${sample === undefined ? "found" : "sampled"}`,
  );
  const seconds = (io.now() - start) / 1000;
  if (corpus === undefined) io.say(indexSummary(values.index ?? "", engine.identity, seconds));
  else if (corpus.report().sha256 === undefined)
    io.say("stopped at --limit; the rest was not read");
  else for (const line of passSummary(corpus, engine.identity, { seconds })) io.say(line);
  return found > 0 ? 0 : 1;
}

/** The index that is named, or else a scan of the corpus. */
async function openEngine(
  { index = "", policy }: SearchValues,
  corpus: Corpus | undefined,
  io: CommandIo,
): Promise<CountEngine> {
  const onMissingText = (why: string): void => {
    io.say(`${why}; where a text cannot be read, the words that were indexed are shown`);
  };
  return corpus === undefined
    ? openIndexOf(index, policy, { onMissingText })
    : openScan(corpus, { policy: textPolicy(policy) });
}

function hitObject({ id, source, hits, text }: DocumentHit, phrases: readonly string[]): unknown {
  const named = hits.map(({ phrase, start, end }) => ({ phrase: phrases[phrase], start, end }));
  return { id, source: source ?? null, hits: named, text };
}

/** The document's name, and below it each hit in brackets with what stands around it. */
function contextLines(
  { id, source, hits, text }: DocumentHit,
  phrases: readonly string[],
): string[] {
  const title = source === undefined || id.startsWith(source) ? id : `${id}  ${source}`;
  const lines = phrases.flatMap((_, phrase) => {
    const mine = hits.filter((hit) => hit.phrase === phrase);
    const shown = mine.slice(0, SHOWN_HITS).map((hit) => {
      const { before, keyword, after, cutBefore, cutAfter } = keywordInContext(text, hit);
      return `  ${cutBefore ? "…" : ""}${before}[${keyword}]${after}${cutAfter ? "…" : ""}`;
    });
    const more = mine.length - shown.length;
    return more > 0 ? [...shown, `  and ${formatInteger(more)} more`] : shown;
  });
  return [title, ...lines];
}
