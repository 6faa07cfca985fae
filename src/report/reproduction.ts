/** Which mined pairs a model reproduces: its own output, given the input of a, holds b under the corpus's text policy. */
import { groupBy } from "../base/group-by.ts";
import { isRecord } from "../base/json.ts";
import { quantile } from "../stats/quantile.ts";
import { textPolicy } from "../text/policies.ts";
import type { TextPolicy } from "../text/policy.ts";
import { type BinnedModel, binModels } from "./binned-outcomes.ts";
import type { CountedPair, ExampleFact, Outcome } from "./outcomes.ts";
import { binSettings, clustersByGroup, clustersOf, outputModels } from "./performance.ts";
import type { RunRecord } from "./run-record.ts";

/** One task's pairs at its first n. */
export interface Reproduction {
  readonly task: string;
  readonly pairs: readonly CountedPair[];
  readonly examples: number;
  readonly models: readonly BinnedModel[];
  /** By model, whether each pair is reproduced: 1 or 0. */
  readonly reproduced: ReadonlyMap<string, Float64Array>;
  /** Of the largest model: what outputs to other inputs hold, by bin. */
  readonly band: readonly { readonly low: number; readonly high: number }[];
}

/** Other examples' outputs that a pair is held against. */
const ROTATIONS = 20;

/** Each task whose outputs and pairs the run keeps; none where stop words were removed, since b need not be contiguous then. */
export function reproductions(
  run: RunRecord,
  pairs: readonly CountedPair[],
  outcomes: readonly Outcome[],
  facts: readonly ExampleFact[],
): Reproduction[] {
  if (removesStopWords(run)) return [];
  const byGroup = clustersByGroup(run);
  const policy = textPolicy(policyName(run));
  const models = outputModels(run, outcomes);
  const byTask = groupBy(outcomes, ({ task }) => task);
  return [...groupBy(pairs, ({ task }) => task)].flatMap(([task, all]) => {
    const own = all.filter(({ n }) => n === all[0]?.n);
    const outputs = new Map(
      models.map((model) => [model, outputsOf(byTask.get(task) ?? [], model, policy)]),
    );
    const asked = own.filter(({ example }) => [...outputs.values()].every((by) => by.has(example)));
    if (asked.length === 0 || models.length === 0) return [];
    const groups = new Map(
      facts.flatMap((fact) => (fact.task === task ? [[fact.id, fact.group]] : [])),
    );
    const members = asked.map(({ example: id }) => ({ id, group: groups.get(id) }));
    const clusters = clustersOf(members, byGroup);
    return [taskReproduction(run, task, asked, { outputs, clusters })];
  });
}

type Outputs = ReadonlyMap<string, string>;

function taskReproduction(
  run: RunRecord,
  task: string,
  pairs: readonly CountedPair[],
  {
    outputs,
    clusters,
  }: { readonly outputs: ReadonlyMap<string, Outputs>; readonly clusters: Uint32Array },
): Reproduction {
  const settings = binSettings(run, "reproduction");
  const examples = [...new Set(pairs.map(({ example }) => example))];
  const numberOf = new Map(examples.map((example, i) => [example, i]));
  const place = ({ example }: CountedPair): number => numberOf.get(example) ?? 0;
  const holds = (by: Outputs, shift: number): Float64Array =>
    Float64Array.from(pairs, (pair) => {
      const other = examples[(place(pair) + shift) % examples.length] ?? "";
      return by.get(other)?.includes(` ${pair.b} `) === true ? 1 : 0;
    });
  const reproduced = new Map([...outputs].map(([model, by]) => [model, holds(by, 0)]));
  const table = {
    counts: Float64Array.from(pairs, ({ codf }) => codf),
    clusters,
    outcomes: reproduced,
  };
  const models = binModels(table, { ...settings, rng: settings.rng.fork(task) });
  const largest = [...outputs.values()].at(-1) ?? new Map<string, string>();
  const rotations = rotationsOf(examples.length).map((shift) => holds(largest, shift));
  const bins = rotations.length === 0 ? [] : (models.at(-1)?.bins ?? []);
  const band = bins.map(({ low, high }) => {
    const inside = [...pairs.keys()].filter((i) => within(pairs[i]?.codf ?? -1, low, high));
    const shares = Float64Array.from(rotations, (own) => share(own, inside)).sort();
    return {
      low: quantile(shares, (1 - settings.level) / 2),
      high: quantile(shares, (1 + settings.level) / 2),
    };
  });
  return { task, pairs, examples: examples.length, models, reproduced, band };
}

/** Up to twenty shifts from 1 to examples − 1, evenly apart. */
export function rotationsOf(examples: number): number[] {
  const count = Math.min(ROTATIONS, examples - 1);
  return Array.from(
    { length: Math.max(0, count) },
    (_, k) => 1 + Math.floor((k * (examples - 1)) / count),
  );
}

function share(values: Float64Array, places: readonly number[]): number {
  return places.reduce((sum, i) => sum + (values[i] ?? 0), 0) / places.length;
}

function within(value: number, low: number, high: number): boolean {
  return value >= low && value <= high;
}

/** The words of each output with a space before and behind each. */
function outputsOf(outcomes: readonly Outcome[], model: string, policy: TextPolicy): Outputs {
  const own = outcomes.filter((outcome) => outcome.model === model);
  return new Map(
    own.map(({ example, output }) => [example, ` ${policy.words(output).join(" ")} `]),
  );
}

/** Whether n-grams of some task were made of what was left without stop words. */
export function removesStopWords({ study }: RunRecord): boolean {
  const mine = isRecord(study.mine) ? study.mine : {};
  const isSome = (list: unknown): boolean => Array.isArray(list) && list.length > 0;
  const { stopWordsUpTo: most = Infinity } = mine;
  const tasks = Array.isArray(study.tasks) ? study.tasks.filter(isRecord) : [];
  if (tasks.length === 0) return isSome(mine.stopWords);
  return tasks.some(({ n, stopWords = mine.stopWords }) => {
    const lengths: unknown[] = Array.isArray(n) ? n : [n];
    return isSome(stopWords) && lengths.some((own) => !(Number(own) > Number(most)));
  });
}

/** The text policy under which the run counted. */
export function policyName({ study }: RunRecord): string {
  const corpus = isRecord(study.corpus) ? study.corpus : {};
  return typeof corpus.policy === "string" ? corpus.policy : "words";
}
