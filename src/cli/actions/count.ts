import { removeLeftovers } from "../../base/leftovers.ts";
import type { Corpus } from "../../corpus/corpus.ts";
import type { PairCounts, PairOptions } from "../../counting/count-engine.ts";
import type { QueryFile } from "../../counting/queries.ts";
import { type CountQuestion, gatherQuestion } from "../../counting/question.ts";
import { openScan, type ScanOptions } from "../../counting/scan/scan-engine.ts";
import { textPolicy } from "../../text/policies.ts";
import { jobsOf, openCorpusOf, passSummary } from "../corpus-source.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatDuration, formatInteger } from "../output.ts";
import { PassTimer } from "../pass-timer.ts";
import { giveRows } from "./count-rows.ts";
import { type CountValues, keepingOf, refuseContradictions } from "./count-values.ts";
import { type Counted, KeptCount } from "./kept-count.ts";

/** `rote count`: 1 where every count is 0, those of a pair's phrases included. */
export async function count(values: CountValues, io: CommandIo): Promise<ExitCode> {
  refuseContradictions(values);
  if (values.merge) {
    const { mergeCounts } = await import("./merge-counts.ts");
    return mergeCounts(values, io);
  }
  if (values.dryRun) {
    const { printCountPlan } = await import("./count-plan.ts");
    return printCountPlan(values, io);
  }
  if (values.index !== undefined) {
    const { countFromIndex } = await import("./count-index.ts");
    return countFromIndex(values.index, values, io);
  }
  return performCount(values, io);
}

async function performCount(values: CountValues, io: CommandIo): Promise<ExitCode> {
  const { window } = values;
  const keeping = keepingOf(values);
  if (values.resume && values.out !== undefined) await removeLeftovers(values.out);
  const kept = keeping && (await KeptCount.open(keeping, values.resume, io));
  const policy = textPolicy(values.policy);
  const asking = io.now();
  const question = await readQuestion(values, io);
  const asked = io.now();
  const corpus = await openCorpusOf(values, io);
  const pass = new PassTimer(io);
  const options = {
    ...{ policy, jobs: jobsOf(values.jobs), signal: io.signal, onProgress: pass.onProgress },
    ...(window === undefined ? {} : { window }),
  };
  const counting = kept?.count(corpus, question, options) ?? countOnce(corpus, question, options);
  const counted = await counting;
  pass.stop();
  const code = await giveCounts(values, question, counted.counts, io);
  await kept?.finish();
  const { seconds, bytes } = pass;
  const pace = kept?.isResumed === true ? { seconds, bytes } : { seconds };
  for (const line of passSummary(corpus, counted, pace)) io.say(line);
  if (values.phrases !== undefined || values.pairs !== undefined)
    io.say(
      questionSummary(question, {
        read: asked - asking,
        prepared: pass.start - asked,
        "rows written": io.now() - pass.end,
      }),
    );
  return code;
}

/** The question that the values ask, from the command line and from files. */
export async function readQuestion(values: CountValues, io: CommandIo): Promise<CountQuestion> {
  return gatherQuestion(
    {
      phrases: values.asked,
      phraseFile: queryFile(values.phrases, io),
      pairFile: queryFile(values.pairs, io),
    },
    textPolicy(values.policy),
    io,
  );
}

async function countOnce(
  corpus: Corpus,
  { phrases, pairs }: CountQuestion,
  { policy, jobs, ...options }: PairOptions & ScanOptions,
): Promise<Counted> {
  await using engine = await openScan(corpus, { policy, jobs });
  const counts = await engine.countPairs(phrases, pairs, options);
  return { counts, words: engine.identity.words };
}

/** Rows, unless a partial is all that was asked for. */
async function giveCounts(
  values: CountValues,
  question: CountQuestion,
  counts: PairCounts,
  io: CommandIo,
): Promise<ExitCode> {
  if (values.partial !== undefined && values.out === undefined) return 0;
  await giveRows(values, question, counts, io);
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

function queryFile(path: string | undefined, { stdin }: CommandIo): QueryFile | undefined {
  if (path === undefined) return undefined;
  return path === "-" ? { path: "standard input", bytes: stdin } : { path };
}
