import { messageOf } from "../../base/errors.ts";
import {
  type AnswerOptions,
  answerRequest,
  isCountedTogether,
} from "../../counting/ngram-index/infini-gram-api.ts";
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

/**
 * Requests that are read before they are answered: their n-grams and pairs are counted together. Every
 * other answer, which may be long, is made when its turn comes.
 */
const GROUP = 4096;

/** After so many answers the event loop gets its turn, and Ctrl-C with it. */
const TURN = 16;

/** `rote query`: one answer a request, errors included, in their order. */
export async function query(values: QueryValues, io: CommandIo): Promise<ExitCode> {
  using indexes = await openApiIndexes(indexSources(values), { memory: indexMemory(values) });
  const options = { indexes, batches: new CountBatches() };
  let answers = 0;
  let errors = 0;
  for await (const lines of readInputLineGroups(values.requests, io.stdin, GROUP)) {
    for await (const body of answersTo(lines, options)) {
      io.signal.throwIfAborted();
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

/** The answers to some lines, in their order. */
async function* answersTo(
  lines: readonly InputLine[],
  options: AnswerOptions,
): AsyncGenerator<object> {
  const requests = lines.map(parseLine);
  const begun = requests.map((request) => {
    if (!isCountedTogether(request)) return undefined;
    const answer = answerRequest(request, options);
    answer.catch(() => undefined); // thrown where it is waited for
    return answer;
  });
  for (const [i, request] of requests.entries()) {
    if (i % TURN === 0) await new Promise((resume) => setImmediate(resume));
    if (request instanceof Error) yield { error: request.message };
    else yield (await (begun[i] ?? answerRequest(request, options))).body;
  }
}

/** A line's request, or what is wrong with it. */
function parseLine({ line, place }: InputLine): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    return new Error(`${place} is not JSON (${messageOf(error)})`);
  }
}
