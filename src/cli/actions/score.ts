import { RoteError } from "../../base/errors.ts";
import { hashFile } from "../../base/files.ts";
import type { LanguageModel } from "../../models/language-model.ts";
import type { ExitCode } from "../define-command.ts";
import { canBeReadTwice, readInputLines } from "../input-lines.ts";
import type { CommandIo } from "../io.ts";
import { amount } from "../output.ts";
import { AnswerFile } from "./answer-file.ts";
import { type AnyRequest, GroupScorer, type ScoringValues } from "./group-scorer.ts";
import { type ModelValues, openModelOf } from "./open-model.ts";
import { readRequests, stringOf } from "./requests.ts";

export interface ScoreValues extends ModelValues, ScoringValues {
  readonly requests: string;
  readonly out: string | undefined;
  readonly resume: boolean;
}

/** Requests scored together: enough to make batches of like lengths, little enough to answer soon. */
const GROUP = 512;

/** Where answers go: to standard output, or to a file that a later run goes on with. */
interface AnswerSink {
  /** Requests answered by earlier runs. */
  readonly kept: number;
  append(answers: readonly unknown[]): Promise<void> | void;
  finish(): Promise<void> | void;
}

/** `rote score`: one answer a request, in their order. */
export async function score(values: ScoreValues, io: CommandIo): Promise<ExitCode> {
  await checkValues(values);
  await using model = await openModelOf(values, io);
  using file = values.out === undefined ? undefined : await openAnswers(values.out, values, model);
  const sink: AnswerSink = file ?? standardOutput(io);
  if (sink.kept > 0)
    io.say(`${file?.path}.partial has ${amount(sink.kept, "answer")}; going on behind them`);
  const requests = await countRequests(values.requests, io);
  const scorer = new GroupScorer(model, values, io, requests && requests - sink.kept);
  const passed = await answerAll(values.requests, scorer, sink, io).catch((error: unknown) => {
    if (file !== undefined && file.count > 0)
      io.say(
        `${file.path}.partial keeps ${amount(file.count, "answer")}; the same command with --resume goes on from there`,
      );
    throw error;
  });
  await sink.finish();
  scorer.sayWhatWasCut();
  if (file !== undefined) scorer.sayWhatWasRead(`${amount(passed, "answer")} in ${file.path}`);
  return 0;
}

/** Answer the requests that earlier runs have not; how many there are in all. */
async function answerAll(
  path: string,
  scorer: GroupScorer,
  sink: AnswerSink,
  io: CommandIo,
): Promise<number> {
  let passed = 0;
  const groups = readRequests(path, io, { size: GROUP, parse: parseRequest });
  for await (const group of groups) {
    passed += group.length;
    if (passed > sink.kept) await sink.append(await scorer.answer(group));
  }
  return passed;
}

async function checkValues({ out, resume, requests }: ScoreValues): Promise<void> {
  if (resume && out === undefined)
    throw new RoteError("usage", "--resume goes on with the file of --out; give both");
  if (out !== undefined && !(await canBeReadTwice(requests)))
    throw new RoteError(
      "usage",
      `--out keeps answers for --resume, and ${requests === "-" ? "standard input" : requests} cannot be read again; name a file of requests`,
    );
}

async function openAnswers(
  path: string,
  { requests, entropies, ranks, memory, resume }: ScoreValues,
  { identity }: LanguageModel,
): Promise<AnswerFile> {
  const question = {
    requests: await hashFile(requests),
    model: identity.sha256 ?? identity.name,
    tokenizer: identity.tokenizer ?? null,
    entropies,
    ranks,
    memory: memory ?? null,
  };
  return AnswerFile.open(path, { question, resume, groupSize: GROUP });
}

function standardOutput({ stdout }: CommandIo): AnswerSink {
  return {
    kept: 0,
    async append(answers) {
      for (const answer of answers) await stdout.writeJson(answer);
      await stdout.flush();
    },
    finish: () => undefined,
  };
}

/** How many requests there are; undefined where they cannot be read twice. */
async function countRequests(path: string, { stdin }: CommandIo): Promise<number | undefined> {
  if (!(await canBeReadTwice(path))) return undefined;
  let count = 0;
  for await (const { line } of readInputLines(path, stdin)) if (line.trim() !== "") count += 1;
  return count;
}

const EXAMPLE = '{"context":"…","continuation":"…"} or {"ids":[…],"start":1}';

function parseRequest(record: Readonly<Record<string, unknown>>): AnyRequest {
  const { ids, start } = record;
  if (ids === undefined) {
    return {
      context: stringOf(record, "context", EXAMPLE),
      continuation: stringOf(record, "continuation", EXAMPLE),
    };
  }
  if (!Array.isArray(ids) || !ids.every((id) => Number.isSafeInteger(id) && id >= 0))
    throw new Error(`has "ids" that are no list of whole numbers; a request is ${EXAMPLE}`);
  if (typeof start !== "number")
    throw new Error(`has no number "start", the first scored position; a request is ${EXAMPLE}`);
  return { ids: ids as number[], start };
}
