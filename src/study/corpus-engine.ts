import { RoteError } from "../base/errors.ts";
import { readJson } from "../base/files.ts";
import { type Corpus, openCorpus } from "../corpus/corpus.ts";
import type { CorpusIdentity } from "../corpus/document.ts";
import type { CountEngine } from "../counting/count-engine.ts";
import { openScan } from "../counting/scan/scan-engine.ts";
import { textPolicy } from "../text/policies.ts";
import type { StudyContext } from "./context.ts";
import { fingerprint, type RunDirectory } from "./run-directory.ts";

/** The identity of the corpus as it was counted, known after the first whole pass. */
export const corpusFile = "corpus.json";

/** The study's corpus, as the readers see it. */
export async function openStudyCorpus({ study }: StudyContext): Promise<Corpus> {
  const { files, field, lines, skipMalformed, name } = study.corpus;
  return openCorpus({ paths: files, field, lines, skipMalformed, name: name ?? study.name });
}

/** The engine that the study asks to count its corpus. */
export async function openStudyEngine(context: StudyContext): Promise<CountEngine> {
  const policy = textPolicy(context.study.corpus.policy);
  return openScan(await openStudyCorpus(context), { policy, jobs: context.jobs });
}

/** What decides the counts: the files as they are now, how they are read, and the policy. */
export async function corpusOptions(context: StudyContext): Promise<Record<string, unknown>> {
  const { files } = await openStudyCorpus(context);
  const { field, policy, lines, skipMalformed, name = context.study.name } = context.study.corpus;
  return {
    files: await fingerprint(files.map(({ path }) => path)),
    field,
    policy,
    lines,
    skipMalformed,
    name,
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
    `the files of ${name} changed after its pairs were counted; run the study again, which counts them anew`,
    { name, counted: counted.sha256, now: sha256 },
  );
}
