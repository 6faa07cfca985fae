/**
 * Fit the static embedder on a uniform sample of the corpus's passages. What stands together in a
 * passage becomes similar, so the similarity of a pair knows something of the counts it will be
 * compared with; the report names the embedder, and a stored one can be used instead.
 */
import { RoteError } from "../../base/errors.ts";
import { writeAtomically } from "../../base/files.ts";
import { createRng } from "../../base/random.ts";
import { fitStaticEmbedder } from "../../models/static-embedder.ts";
import {
  readWordedDocuments,
  type WordedDocument,
} from "../../counting/ngram-index/worded-documents.ts";
import { textPolicy } from "../../text/policies.ts";
import type { StudyContext } from "../context.ts";
import type { Study } from "../load-study.ts";
import { corpusName, openStudyFiles, textOptions } from "../corpus-engine.ts";
import { refuseOtherCorpus } from "../indexed-corpus.ts";
import { samplePassages, wordedDocuments } from "../passages.ts";
import type { Stage } from "../run-directory.ts";

export const embedderFile = "embedder.bin";

/** Passages the embedder is fitted on: enough for 10,000 words, a minute's work. */
const PASSAGES = 20_000;

export async function fitEmbedderStage(counting: StudyContext): Promise<Stage> {
  const context = { ...counting, study: fittedStudy(counting.study) };
  const { study, directory, signal, onProgress } = context;
  return {
    name: "fit embedder",
    options: { corpus: await textOptions(context), seed: study.seed, name: study.name },
    reads: [],
    writes: [embedderFile],
    run: async () => {
      const passages = await readPassages(context);
      const options = { seed: study.seed, name: `${study.name} corpus`, signal, onProgress };
      const { bytes } = await fitStaticEmbedder(streamOf(passages), options).catch(
        (error: unknown) => {
          throw tooLittleText(error, corpusName(study));
        },
      );
      await writeAtomically(directory.file(embedderFile), bytes);
      return { passages: passages.length };
    },
  };
}

/** The study as it would be if it counted what its embedder is fitted on. */
function fittedStudy(study: Study): Study {
  const { embedderCorpus: corpus } = study;
  if (corpus === undefined) return study;
  return { ...study, corpus, engine: corpus.files.length > 0 ? "scan" : "index" };
}

function tooLittleText(error: unknown, corpus: string): unknown {
  if (!(error instanceof RoteError && error.code === "corpus/empty")) return error;
  return new RoteError(
    "corpus/empty",
    `the corpus ${corpus} is too small to fit an embedder on: ${error.message}, or name another in the study (embedder: built-in)`,
    error.detail,
    error,
  );
}

/** A sample of the corpus's passages, in a seeded order. */
async function readPassages(context: StudyContext): Promise<readonly string[]> {
  const rng = createRng(context.study.seed).fork("passages");
  return samplePassages(readDocuments(context), { size: PASSAGES, rng });
}

/** The corpus's documents as words, from its files or from the index that is all there is of it. */
async function* readDocuments(context: StudyContext): AsyncGenerator<WordedDocument> {
  const { study } = context;
  const { policy, index } = study.corpus;
  const corpus = await openStudyFiles(study);
  if (corpus === undefined) {
    yield* readWordedDocuments(index ?? "", context);
    return;
  }
  let words = 0;
  // Of single characters nothing can be learnt.
  const reader = textPolicy(policy === "characters" ? "words" : policy);
  for await (const document of wordedDocuments(corpus, reader, context)) {
    words += document.wordCount;
    yield document;
  }
  const { sha256, documents } = corpus.report();
  await refuseOtherCorpus(study, { sha256, documents, words });
}

async function* streamOf(passages: readonly string[]): AsyncGenerator<string> {
  for (const passage of passages) yield await Promise.resolve(passage);
}
