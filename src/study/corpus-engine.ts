/**
 * What a study counts from and where it reads texts: the files of its corpus, an index of their words,
 * or both. With both, counts come from the index and texts from the files; with an index alone its
 * words, joined by spaces, stand for the texts.
 */
import { RoteError } from "../base/errors.ts";
import { readJson } from "../base/files.ts";
import { type Corpus, openCorpus } from "../corpus/corpus.ts";
import type { CorpusIdentity } from "../corpus/document.ts";
import type { CountEngine, PairCounts } from "../counting/count-engine.ts";
import { openIndexEngine } from "../counting/ngram-index/index-engine.ts";
import { openScan } from "../counting/scan/scan-engine.ts";
import { textPolicy } from "../text/policies.ts";
import { fingerprintOf, type StudyContext } from "./context.ts";
import type { PairQuery } from "../memorization/pair-query.ts";
import type { KnownCounts } from "./known-counts.ts";
import type { Study } from "./load-study.ts";
import { fingerprint, type RunDirectory, type Work } from "./run-directory.ts";

/** The identity of the corpus as it was counted, known after the first whole pass. */
export const corpusFile = "corpus.json";

/** The corpus's name in results. */
export function corpusName({ corpus, name }: Study): string {
  return corpus.name ?? name;
}

/** The folder of the index that pairs are counted from; undefined where the files are scanned. */
export function countedIndex({ engine, corpus }: Study): string | undefined {
  return engine === "index" ? corpus.index : undefined;
}

/** The study's files, as the readers see them; undefined where an index is all it names. */
export async function openStudyFiles(study: Study): Promise<Corpus | undefined> {
  if (!hasFiles(study)) return undefined;
  const { files, field, lines, skipMalformed } = study.corpus;
  return openCorpus({ paths: files, field, lines, skipMalformed, name: corpusName(study) });
}

/** Whether the study's texts are at hand, and not only their words. */
export function hasFiles({ corpus }: Study): boolean {
  return corpus.files.length > 0;
}

/** The engine that the study asks to count its corpus. */
export async function openStudyEngine(context: StudyContext): Promise<CountEngine> {
  const index = countedIndex(context.study);
  if (index === undefined) return scanOf(context);
  return openIndexEngine(index, { name: corpusName(context.study) });
}

/** The engine that shows documents: of the files, where there are any. */
export async function openTextEngine(context: StudyContext): Promise<CountEngine> {
  return hasFiles(context.study) ? scanOf(context) : openStudyEngine(context);
}

async function scanOf({ study, jobs }: StudyContext): Promise<CountEngine> {
  const corpus = await openStudyFiles(study);
  if (corpus === undefined)
    throw new RoteError("usage", "a study without files has nothing to scan; set engine: index");
  return openScan(corpus, { policy: textPolicy(study.corpus.policy), jobs });
}

/** What counting took besides pairs: the bytes of the files. An index is not read through. */
function workOf(study: Study, { identity }: CountEngine): Work {
  return countedIndex(study) === undefined ? { bytes: identity.bytes ?? 0 } : {};
}

/** The counts of pairs, and the corpus as it was read for them. */
export interface CorpusAnswer {
  readonly counts: PairCounts;
  readonly identity: CorpusIdentity;
  /** What it took. */
  readonly work: Work;
}

/** Ask the corpus for pairs, unless all their counts are known. */
export async function askCorpus(
  context: StudyContext,
  query: PairQuery,
  known?: KnownCounts,
): Promise<CorpusAnswer> {
  const counts = known?.answer(query);
  if (known !== undefined && counts !== undefined)
    return { counts, identity: known.identity, work: {} };
  const { study, signal, onProgress } = context;
  await using engine = await openStudyEngine(context);
  const counted = await engine.countPairs(query.phrases, query.pairs, { signal, onProgress });
  return { counts: counted, identity: engine.identity, work: workOf(study, engine) };
}

/** What decides the counts: what is counted as it is now, how it is read, and the policy. */
export async function countOptions({ study }: StudyContext): Promise<Record<string, unknown>> {
  const index = countedIndex(study);
  return {
    ...(await fileOptions(study)),
    ...(index === undefined ? {} : { index: await fingerprintOf(index) }),
  };
}

/** What decides the texts: files where there are any, else the index. */
export async function textOptions(context: StudyContext): Promise<Record<string, unknown>> {
  return hasFiles(context.study) ? fileOptions(context.study) : countOptions(context);
}

async function fileOptions(study: Study): Promise<Record<string, unknown>> {
  const files = (await openStudyFiles(study))?.files ?? [];
  const { field, policy, lines, skipMalformed } = study.corpus;
  return {
    files: await fingerprint(files.map(({ path }) => path)),
    ...{ field, policy, lines, skipMalformed },
    name: corpusName(study),
  };
}

/** Counts of two passes belong together only where both read the same bytes. */
export async function refuseChangedCorpus(
  directory: RunDirectory,
  { name, sha256 }: CorpusIdentity,
): Promise<void> {
  const counted = (await readJson(directory.file(corpusFile))) as CorpusIdentity;
  if (counted.sha256 === sha256) return;
  throw new RoteError(
    "corpus/changed",
    `the corpus ${name} changed after its pairs were counted; run the study again, which counts them anew`,
    { name, counted: counted.sha256, now: sha256 },
  );
}
