/**
 * The first pass over a task's examples: what its texts yield, a sample of its pairs for the
 * threshold, and which examples are the same. Nothing is embedded.
 */
import { createHash } from "node:crypto";
import { RoteError } from "../base/errors.ts";
import type { LongWork } from "../base/progress.ts";
import type { Rng } from "../base/random.ts";
import type { Example } from "../tasks/task.ts";
import type { TextPolicy } from "../text/policy.ts";
import { exampleNgrams, type Side } from "./example-ngrams.ts";
import type { MiningChoices } from "./options.ts";
import { filteredFor } from "./pair-filters.ts";
import { Reservoir, type SampledPair } from "./pair-sample.ts";
import { reportExamples } from "./progress.ts";

/** Numbers of examples by what is unusual about a side. */
export interface SideFlags {
  shortInput: number;
  shortOutput: number;
  wordlessInput: number;
  wordlessOutput: number;
}

export interface Survey {
  readonly examples: number;
  /** Pairs of all examples, identical ones included. */
  readonly pairs: number;
  /** A uniform sample of the pairs, identical and filtered ones left out. */
  readonly sample: readonly SampledPair[];
  readonly flags: Readonly<SideFlags>;
  /** For each example a key of its normalized input and output: the same examples have the same. */
  readonly keys: readonly string[];
}

export interface SurveyOptions extends LongWork {
  /** What is read, for messages: `task "x", split train`. */
  readonly what: string;
  readonly rng: Rng;
}

/** Read the examples once. An error where not one pair can be formed. */
export async function surveyExamples(
  examples: AsyncIterable<Example>,
  choices: MiningChoices,
  { what, rng, ...work }: SurveyOptions,
): Promise<Survey> {
  const reservoir = new Reservoir<SampledPair>(choices.sampleSize, rng);
  const flags = { shortInput: 0, shortOutput: 0, wordlessInput: 0, wordlessOutput: 0 };
  const keys: string[] = [];
  const foreign = new Set<number>();
  let outputs = 0;
  for await (const example of examples) {
    const { input, output, isOtherLanguage } = exampleNgrams(example, choices);
    if (isOtherLanguage) foreign.add(keys.length);
    countFlags(flags, input, output);
    if (output.ngrams.length > 0) outputs++;
    reservoir.offer(input.ngrams.length * output.ngrams.length, (k) => ({
      example: keys.length,
      a: input.ngrams[Math.floor(k / output.ngrams.length)]!.text,
      b: output.ngrams[k % output.ngrams.length]!.text,
    }));
    keys.push(exampleKey(example, choices.policy));
    reportExamples("sample pairs", keys.length, work);
  }
  const result = { examples: keys.length, pairs: reservoir.seen, flags, keys };
  const isCounted = ({ example, a, b }: SampledPair): boolean =>
    a !== b && filteredFor({ isOtherLanguage: foreign.has(example) }, a, b, choices) === undefined;
  if (reservoir.seen === 0) throw emptyTask(what, choices, result, outputs);
  return { ...result, sample: reservoir.items.filter(isCounted) };
}

/** A key that two examples share where their words are the same on both sides. */
export function exampleKey({ input, output }: Example, policy: TextPolicy): string {
  const words = `${policy.words(input).join(" ")}\n${policy.words(output).join(" ")}`;
  return createHash("sha256").update(words).digest("base64");
}

/** Add what is unusual about an example's sides. */
function countFlags(flags: SideFlags, input: Side, output: Side): void {
  if (input.flag === "short") flags.shortInput++;
  if (output.flag === "short") flags.shortOutput++;
  if (input.flag === "no-words") flags.wordlessInput++;
  if (output.flag === "no-words") flags.wordlessOutput++;
}

function emptyTask(
  what: string,
  { n, policy, shortTexts }: MiningChoices,
  { examples, flags }: Pick<Survey, "examples" | "flags">,
  outputs: number,
): RoteError {
  const side = outputs === 0 ? "output" : "input";
  const [short, wordless] =
    outputs === 0
      ? [flags.shortOutput, flags.wordlessOutput]
      : [flags.shortInput, flags.wordlessInput];
  const reason =
    examples === 0
      ? "it has no examples"
      : `of ${examples} examples no ${side} goes with an n-gram of the other side: ${wordless} have no words under ${policy.version}, ${short} have fewer than ${n} (shortTexts: "${shortTexts}")`;
  return new RoteError(
    "task/empty",
    `${what} yields no ${n}-gram pairs: ${reason}; look at its ${side}s, or choose another n or policy`,
    { what, n, examples, side, short, wordless },
  );
}
