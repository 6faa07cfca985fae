/**
 * Fit the static embedder on a uniform sample of the corpus's passages. What stands together in a
 * passage becomes similar, so the similarity of a pair knows something of the counts it will be
 * compared with; the report names the embedder, and a stored one can be used instead.
 */
import { RoteError } from "../../base/errors.ts";
import { writeAtomically } from "../../base/files.ts";
import { createRng } from "../../base/random.ts";
import { fitStaticEmbedder } from "../../models/static-embedder.ts";
import type { StudyContext } from "../context.ts";
import { corpusOptions, openStudyCorpus } from "../corpus-engine.ts";
import type { Stage } from "../run-directory.ts";

export const embedderFile = "embedder.bin";

/** Passages the embedder is fitted on: enough for 10,000 words, a minute's work. */
const PASSAGES = 20_000;
const PASSAGE_CHARACTERS = 2000;

export async function fitEmbedderStage(context: StudyContext): Promise<Stage> {
  const { study, directory, signal, onProgress } = context;
  return {
    name: "fit embedder",
    options: { corpus: await corpusOptions(context), seed: study.seed, name: study.name },
    reads: [],
    writes: [embedderFile],
    run: async () => {
      const passages = await samplePassages(context);
      const options = { seed: study.seed, name: `${study.name} corpus`, signal, onProgress };
      const { bytes } = await fitStaticEmbedder(streamOf(passages), options).catch(
        (error: unknown) => {
          throw tooLittleText(error, study.corpus.name ?? study.name);
        },
      );
      await writeAtomically(directory.file(embedderFile), bytes);
      return { passages: passages.length };
    },
  };
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

/** A uniform sample of the corpus's passages by reservoir, in a seeded order. */
async function samplePassages(context: StudyContext): Promise<readonly string[]> {
  const rng = createRng(context.study.seed).fork("passages");
  const sample: string[] = [];
  let seen = 0;
  for await (const { text } of (await openStudyCorpus(context)).documents(context)) {
    for (const passage of passagesOf(text)) {
      const place = sample.length < PASSAGES ? sample.length : rng.int(seen + 1);
      if (place < PASSAGES) sample[place] = passage;
      seen += 1;
    }
  }
  return sample;
}

/** A text cut at blank lines into passages of at most `PASSAGE_CHARACTERS`, longer paragraphs whole. */
function* passagesOf(text: string): Generator<string> {
  let passage = "";
  for (const paragraph of text.split(/\n\s*\n/)) {
    if (passage !== "" && passage.length + paragraph.length > PASSAGE_CHARACTERS) {
      yield passage;
      passage = "";
    }
    passage = passage === "" ? paragraph : `${passage}\n${paragraph}`;
  }
  if (passage.trim() !== "") yield passage;
}

async function* streamOf(passages: readonly string[]): AsyncGenerator<string> {
  for (const passage of passages) yield await Promise.resolve(passage);
}
