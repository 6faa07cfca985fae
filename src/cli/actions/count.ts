import { RoteError } from "../../base/errors.ts";
import type { QueryFile } from "../../counting/queries.ts";
import { type CountQuestion, gatherQuestion } from "../../counting/question.ts";
import { openScan } from "../../counting/scan/scan-engine.ts";
import { checkCountsPath } from "../../counting/write-counts.ts";
import { textPolicy } from "../../text/policies.ts";
import type { TextPolicy } from "../../text/policy.ts";
import { type CorpusValues, jobsOf, openCorpusOf, passSummary } from "../corpus-source.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatDuration, formatInteger } from "../output.ts";
import { giveRows } from "./count-rows.ts";

export interface CountValues extends CorpusValues {
  readonly asked: readonly string[];
  readonly phrases: string | undefined;
  readonly pairs: string | undefined;
  readonly window: number | undefined;
  readonly policy: TextPolicy["name"];
  readonly jobs: number | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
}

/** `rote count`: 1 where every count is 0, those of a pair's phrases included. */
export async function count(values: CountValues, io: CommandIo): Promise<ExitCode> {
  refuseContradictions(values);
  const policy = textPolicy(values.policy);
  const asking = io.now();
  const question = await gatherQuestion(
    {
      phrases: values.asked,
      phraseFile: queryFile(values.phrases, io),
      pairFile: queryFile(values.pairs, io),
    },
    policy,
    io,
  );
  const asked = io.now();
  const corpus = await openCorpusOf(values, io);
  await using engine = await openScan(corpus, { policy, jobs: jobsOf(values.jobs) });
  const { window } = values;
  let start = io.now();
  const counts = await engine.countPairs(question.phrases, question.pairs, {
    signal: io.signal,
    onProgress: (progress) => {
      // Reading begins; what came before made tables of the question.
      if (progress.done === 0) start = io.now();
      io.onProgress(progress);
    },
    ...(window === undefined ? {} : { window }),
  });
  const counted = io.now();
  await giveRows(values, question, counts, io);
  for (const line of passSummary(corpus, engine.identity, (counted - start) / 1000)) io.say(line);
  if (values.phrases !== undefined || values.pairs !== undefined)
    io.say(
      questionSummary(question, {
        read: asked - asking,
        prepared: start - asked,
        "rows written": io.now() - counted,
      }),
    );
  return counts.df.some((documents) => documents > 0) ? 0 : 1;
}

/** What was asked for in files, and how long everything but the pass took, in milliseconds. */
function questionSummary(
  { phrases, asked, pairs }: CountQuestion,
  times: Readonly<Record<string, number>>,
): string {
  const parts = [
    ...(asked.length > 0 ? [amount(asked.length, "phrase")] : []),
    ...(pairs.length > 0 ? [amount(pairs.length / 2, "pair")] : []),
    `${formatInteger(phrases.length)} different`,
    ...Object.entries(times).map(([done, time]) => `${done} in ${formatDuration(time / 1000)}`),
  ];
  return `asked: ${parts.join(", ")}`;
}

function refuseContradictions({ asked, phrases, pairs, window, corpus, out }: CountValues): void {
  if (asked.length === 0 && phrases === undefined && pairs === undefined)
    throw new RoteError("usage", "nothing to count; give a PHRASE, --phrases FILE or --pairs FILE");
  if (window !== undefined && pairs === undefined)
    throw new RoteError("usage", "--window is about pairs; give them with --pairs FILE");
  if ([phrases, pairs, ...corpus].filter((path) => path === "-").length > 1)
    throw new RoteError(
      "usage",
      "standard input (-) can be one thing only: phrases, pairs or corpus",
    );
  if (out !== undefined)
    checkCountsPath(out, {
      phrases: asked.length > 0 || phrases !== undefined,
      pairs: pairs !== undefined,
    });
}

function queryFile(path: string | undefined, { stdin }: CommandIo): QueryFile | undefined {
  if (path === undefined) return undefined;
  return path === "-" ? { path: "standard input", bytes: stdin } : { path };
}
