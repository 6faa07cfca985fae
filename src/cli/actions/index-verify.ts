import type { TokenType } from "../../counting/ngram-index/format.ts";
import { verifyIndex } from "../../counting/ngram-index/verify-index.ts";
import { jobsOf } from "../corpus-source.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatDuration } from "../output.ts";

export interface IndexVerifyValues {
  readonly directory: string;
  readonly tokenType: TokenType | undefined;
  readonly jobs: number | undefined;
  readonly json: boolean;
}

/** `rote index verify`: 1 where anything is not as it must be; a line for each such thing. */
export async function verifyIndexOf(values: IndexVerifyValues, io: CommandIo): Promise<ExitCode> {
  const { directory, tokenType, json } = values;
  const start = io.now();
  const verification = await verifyIndex(directory, {
    ...(tokenType === undefined ? {} : { tokenType }),
    jobs: jobsOf(values.jobs),
    ...{ signal: io.signal, onProgress: io.onProgress },
  });
  const { findings, hasChecksums, tokens, documents, shards } = verification;
  if (json) await io.stdout.writeJson(verification);
  else for (const { file, problem } of findings) await io.stdout.write(`${file} ${problem}\n`);
  const seconds = formatDuration((io.now() - start) / 1000);
  io.say(
    findings.length > 0
      ? `${directory} is not sound: ${amount(findings.length, "difference")} found in ${seconds}`
      : `${directory} is sound: ${amount(documents, "document")}, ${amount(tokens, "token")} in ${amount(shards, "shard")}, ${hasChecksums ? "all checksums" : "no checksums to check"}, every rank; ${seconds}`,
  );
  return findings.length === 0 ? 0 : 1;
}
