import { RoteError } from "../../base/errors.ts";
import type { Corpus } from "../../corpus/corpus.ts";
import { buildIndex } from "../../counting/ngram-index/build-index.ts";
import { openCorpusTokens } from "../../counting/ngram-index/corpus-tokens.ts";
import type { TokenType } from "../../counting/ngram-index/format.ts";
import { isTokenArrayPath } from "../../counting/ngram-index/token-arrays.ts";
import { openTokenFiles } from "../../counting/ngram-index/token-files.ts";
import type { TokenSource } from "../../counting/ngram-index/token-source.ts";
import { type CorpusValues, jobsOf, openCorpusOf, passSummary } from "../corpus-source.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatDuration, formatInteger } from "../output.ts";
import { parseSize } from "../size.ts";

export interface IndexBuildValues extends CorpusValues {
  readonly out: string;
  readonly tokenizer: string | undefined;
  readonly policy: "words" | "exact-words";
  readonly tokenType: TokenType | undefined;
  readonly eos: number | undefined;
  readonly row: number | undefined;
  readonly memory: string | undefined;
  readonly shards: number;
  readonly jobs: number | undefined;
  readonly json: boolean;
}

/** `rote index build`: the folder of the finished index, or with --json what the index says of itself. */
export async function buildIndexOf(values: IndexBuildValues, io: CommandIo): Promise<ExitCode> {
  const { out, shards, json } = values;
  const memory = values.memory === undefined ? undefined : parseSize("--memory", values.memory);
  const jobs = jobsOf(values.jobs);
  const start = io.now();
  const { source, corpus } = await openSource(values, io, jobs);
  const { directory, description, resumedDocuments } = await buildIndex(source, {
    ...{ out, shards, jobs, memory, command: io.commandLine },
    ...{ signal: io.signal, onProgress: io.onProgress },
  });
  if (json) await io.stdout.writeJson({ directory, ...description });
  else await io.stdout.write(`${directory}\n`);
  const seconds = (io.now() - start) / 1000;
  const { documents, tokens } = description;
  if (corpus?.report().sha256 !== undefined)
    for (const line of passSummary(corpus, {}, { seconds })) io.say(line);
  if (resumedDocuments > 0)
    io.say(`went on behind ${amount(resumedDocuments, "document")} of an interrupted build`);
  io.say(
    `${amount(documents, "document")}, ${amount(tokens, "token")} in ${formatDuration(seconds)} (${formatInteger(tokens / Math.max(seconds, 1e-3))} tokens/s), verified`,
  );
  return 0;
}

/** Documents to tokenize, or files of ids: those whose names say so, or all where --token-type is given. */
async function openSource(
  values: IndexBuildValues,
  io: CommandIo,
  jobs: number,
): Promise<{ readonly source: TokenSource; readonly corpus?: Corpus }> {
  const { corpus: paths, tokenizer, policy, tokenType, eos: endId, row: rowLength } = values;
  const arrays = paths.filter(isTokenArrayPath);
  if (tokenType !== undefined || arrays.length === paths.length) {
    if (tokenizer === "words" || tokenizer === "bytes")
      throw new RoteError("usage", `token ids were not made by --tokenizer ${tokenizer}`);
    return { source: await openTokenFiles(paths, { tokenType, endId, rowLength, tokenizer }) };
  }
  if (arrays.length > 0)
    throw new RoteError(
      "usage",
      `${arrays[0]!} is a file of token ids, which cannot stand in one index with text`,
    );
  if (endId !== undefined || rowLength !== undefined)
    throw new RoteError("usage", "--eos and --row are about files of token ids, and this is text");
  const corpus = await openCorpusOf(values, io);
  const source = await openCorpusTokens(corpus, { tokenizer: tokenizer ?? "words", policy, jobs });
  return { source, corpus };
}
