import { messageOf } from "../../base/errors.ts";
import { type AnswerOptions, answerRequest } from "../../counting/ngram-index/infini-gram-api.ts";
import { openApiIndexes } from "../../counting/ngram-index/open-api-indexes.ts";
import { CountBatches } from "../../counting/ngram-index/count-together.ts";
import type { ExitCode } from "../define-command.ts";
import { indexMemory, indexSources, type IndexValues } from "../index-source.ts";
import { type InputLine, readInputLineGroups } from "../input-lines.ts";
import type { CommandIo } from "../io.ts";
import { amount } from "../output.ts";

export interface QueryValues extends IndexValues {
  readonly requests: string;
}

/** Requests that are read before they are answered: their n-grams and pairs are counted together. */
const GROUP = 4096;

/** `rote query`: one answer a request, errors included, in their order. */
export async function query(values: QueryValues, io: CommandIo): Promise<ExitCode> {
  using indexes = await openApiIndexes(indexSources(values), { memory: indexMemory(values) });
  const options = { indexes, batches: new CountBatches() };
  let answers = 0;
  let errors = 0;
  for await (const lines of readInputLineGroups(values.requests, io.stdin, GROUP)) {
    io.signal.throwIfAborted();
    for (const body of await Promise.all(lines.map((line) => answerLine(line, options)))) {
      answers += 1;
      if ("error" in body) errors += 1;
      await io.stdout.writeJson(body);
    }
    // Whoever asks line by line waits for the answer before he goes on.
    await io.stdout.flush();
  }
  io.say(
    `${amount(answers, "answer")}${errors > 0 ? `, ${amount(errors, "error")} among them` : ""}`,
  );
  return 0;
}

async function answerLine({ line, place }: InputLine, options: AnswerOptions): Promise<object> {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch (error) {
    return { error: `${place} is not JSON (${messageOf(error)})` };
  }
  return (await answerRequest(request, options)).body;
}
