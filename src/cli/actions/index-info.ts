import type { TokenType } from "../../counting/ngram-index/format.ts";
import { type IndexSummary, summarizeIndex } from "../../counting/ngram-index/summarize-index.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatBytes, formatInteger } from "../output.ts";

export interface IndexInfoValues {
  readonly directory: string;
  readonly tokenType: TokenType | undefined;
  readonly json: boolean;
}

/** `rote index info`. */
export async function showIndex(values: IndexInfoValues, io: CommandIo): Promise<ExitCode> {
  const summary = await summarizeIndex(values.directory, values.tokenType);
  if (values.json) await io.stdout.writeJson(summary);
  else for (const line of summaryLines(summary)) await io.stdout.write(`${line}\n`);
  return 0;
}

function summaryLines(summary: IndexSummary): string[] {
  const { tokens, documents, tokenType, tokenWidth, shards, pointerWidth, files, corpus } = summary;
  const bytes = Object.values(files).reduce((sum, size) => sum + size, 0);
  const rows = [
    ["index", summary.directory],
    [
      "made by",
      summary.provenance === null ? "another program" : `rote ${summary.provenance.version}`,
    ],
    ["documents", formatInteger(documents)],
    ["tokens", `${formatInteger(tokens)}, of them ${amount(documents, "separator")}`],
    [
      "token",
      `${tokenType}, ${amount(tokenWidth, "byte")}; pointers of ${amount(pointerWidth, "byte")}`,
    ],
    ["tokenizer", tokenizerText(summary)],
    ["end", `${summary.endOfDocument} is the id of a document's end`],
    ["shards", formatInteger(shards.length)],
    ["size", `${formatBytes(bytes)}, ${(bytes / Math.max(1, tokens)).toFixed(1)} bytes a token`],
    ...(corpus === null ? [] : [["corpus", corpusText(corpus)]]),
  ];
  return rows.map(([name = "", value = ""]) => `${name.padEnd(11)}${value}`);
}

function tokenizerText({ tokenizer, policy }: IndexSummary): string {
  if (tokenizer === null) return "not known";
  const { name, vocabularySize } = tokenizer;
  return `${policy ?? name}, ${formatInteger(vocabularySize)} different`;
}

function corpusText({ name, files, bytes, sha256 }: NonNullable<IndexSummary["corpus"]>): string {
  return `${name}: ${amount(files, "file")}, ${formatBytes(bytes)}, sha256 ${sha256.slice(0, 12)}…`;
}
