import { openCorpus } from "../../corpus/corpus.ts";
import { openTokenizer } from "../../tokenizers/open.ts";
import type { ExitCode } from "../define-command.ts";
import { readInputLines } from "../input-lines.ts";
import type { CommandIo } from "../io.ts";

export interface TokenizeValues {
  readonly file: string | undefined;
  readonly tokenizer: string;
  readonly field: string | undefined;
}

/** `rote tokenize`: ids of each line or document, in order; a blank line has none. */
export async function tokenize(values: TokenizeValues, io: CommandIo): Promise<ExitCode> {
  const tokenizer = await openTokenizer(values.tokenizer);
  for await (const text of textsOf(values, io))
    await io.stdout.writeJson({ ids: Array.from(tokenizer.encode(text)) });
  return 0;
}

async function* textsOf(
  { file = "-", field }: TokenizeValues,
  { stdin, signal, onProgress }: CommandIo,
): AsyncGenerator<string> {
  if (/\.(jsonl|json|parquet|csv|tsv)(\.gz|\.zst)?$/i.test(file)) {
    const corpus = await openCorpus({ paths: [file], field });
    for await (const { text } of corpus.documents({ signal, onProgress })) yield text;
    return;
  }
  for await (const { line } of readInputLines(file, stdin)) yield line;
}
