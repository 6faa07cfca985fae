import { buildIndex } from "../../counting/ngram-index/build-index.ts";
import { openCorpusTokens } from "../../counting/ngram-index/corpus-tokens.ts";
import { type CorpusValues, jobsOf, openCorpusOf, passSummary } from "../corpus-source.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatDuration, formatInteger } from "../output.ts";
import { parseSize } from "../size.ts";

export interface IndexBuildValues extends CorpusValues {
  readonly out: string;
  readonly tokenizer: string;
  readonly policy: "words" | "exact-words";
  readonly memory: string | undefined;
  readonly shards: number;
  readonly jobs: number | undefined;
  readonly json: boolean;
}

/** `rote index build`: the folder of the finished index, or with --json what the index says of itself. */
export async function buildIndexOf(values: IndexBuildValues, io: CommandIo): Promise<ExitCode> {
  const { out, tokenizer, policy, shards, json } = values;
  const memory = values.memory === undefined ? undefined : parseSize("--memory", values.memory);
  const jobs = jobsOf(values.jobs);
  const start = io.now();
  const corpus = await openCorpusOf(values, io);
  const source = await openCorpusTokens(corpus, { tokenizer, policy, jobs });
  const { directory, description, resumedDocuments } = await buildIndex(source, {
    ...{ out, shards, jobs, memory, command: io.commandLine },
    ...{ signal: io.signal, onProgress: io.onProgress },
  });
  if (json) await io.stdout.writeJson({ directory, ...description });
  else await io.stdout.write(`${directory}\n`);
  const seconds = (io.now() - start) / 1000;
  const { documents, tokens } = description;
  if (corpus.report().sha256 !== undefined)
    for (const line of passSummary(corpus, {}, { seconds })) io.say(line);
  if (resumedDocuments > 0)
    io.say(`went on behind ${amount(resumedDocuments, "document")} of an interrupted build`);
  io.say(
    `${amount(documents, "document")}, ${amount(tokens, "token")} in ${formatDuration(seconds)} (${formatInteger(tokens / Math.max(seconds, 1e-3))} tokens/s), verified`,
  );
  return 0;
}
