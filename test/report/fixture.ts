import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeParquet } from "#rote/base/parquet.js";
import { createRng } from "#rote/base/random.js";

/**
 * A run directory in the contract's shape with made-up numbers: four tasks (one follows the
 * corpus, one does not, one cannot be told, one is undefined), three models.
 */
export const models = [
  { name: "mini-d64", parameters: 360_000 },
  { name: "mini-d128", parameters: 1_310_000 },
  { name: "mini-d256", parameters: 4_190_000 },
] as const;

const tasks = [
  { name: "facts", n: 1, prompt: "Q: {input}\nA: ", slope: 0.9, values: [0.31, 0.52, 0.66] },
  {
    name: "translation",
    n: 2,
    prompt: "English: {input}\nDeutsch: ",
    slope: 0.4,
    values: [0.12, 0.24, 0.35],
  },
  { name: "arithmetic", n: 1, prompt: "{input} = ", slope: 0, values: [0.02, -0.03, 0.04] },
  { name: "idioms <rare> & few", n: 3, prompt: "{input}\n", slope: 0, values: [null, null, null] },
] as const;

type Task = (typeof tasks)[number];

/** What the study says two of the tasks were made to be. */
const constructions: Readonly<Record<string, object>> = {
  facts: { construction: "memory" },
  arithmetic: { construction: "rule" },
};

export async function makeRun(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "run.json"), JSON.stringify(runJson(), null, 2));
  const rows = tasks.filter(({ values }) => values[0] !== null).flatMap(pairRows);
  await writeParquet(
    join(directory, "counts.parquet"),
    [
      { name: "a", type: "string" },
      { name: "b", type: "string" },
      ...["codf", "dfA", "dfB", "tfA", "tfB"].map((name) => ({ name, type: "int64" as const })),
    ],
    rows.map(({ a, b, codf, dfA, dfB }) => ({ a, b, codf, dfA, dfB, tfA: dfA * 2, tfB: dfB * 2 })),
  );
  await writeParquet(
    join(directory, "scores.parquet"),
    [
      { name: "example", type: "string" },
      { name: "task", type: "string" },
      { name: "model", type: "string" },
      { name: "n", type: "int32" },
      { name: "a", type: "string" },
      { name: "b", type: "string" },
      { name: "logLikelihood", type: "double", nullable: true },
      { name: "tokens", type: "int32" },
      { name: "characters", type: "int32" },
      { name: "straddling", type: "int32" },
      { name: "matched", type: "boolean" },
      { name: "reason", type: "string", nullable: true },
    ],
    models.flatMap(({ name: model }, i) =>
      rows.map(({ example, task, n, a, b, logLikelihood }) => ({
        ...{ example, task, model, n, a, b },
        logLikelihood: logLikelihood === null ? null : logLikelihood - (2 - i),
        tokens: 1 + (b.length % 3),
        characters: b.length,
        straddling: 0,
        matched: logLikelihood !== null,
        reason: logLikelihood === null ? "b is not in the output" : null,
      })),
    ),
  );
  await writePairs(directory, rows);
  const outputs = outputRows(rows);
  await writeOutputs(directory, outputs);
  await writeExamples(directory, rows, outputs);
  await writeFile(join(directory, "evidence.json"), JSON.stringify(evidence));
  return directory;
}

interface Pair {
  readonly example: string;
  readonly task: string;
  readonly n: number;
  readonly a: string;
  readonly b: string;
  readonly codf: number;
  readonly dfA: number;
  readonly dfB: number;
  readonly logLikelihood: number | null;
}

const nouns = "iron copper silver gold lead tin zinc river capital border window folder".split(" ");
const adjectives = "old new small large open empty red blue northern southern".split(" ");

function pairRows({ name, n, slope }: Task): Pair[] {
  const rng = createRng(name);
  return Array.from({ length: name === "facts" ? 900 : 150 }, (_, i) => {
    const dfA = 1 + rng.int(400);
    const codf = rng.next() < 0.25 ? 0 : 1 + rng.int(dfA);
    const word = (list: readonly string[]): string => list[rng.int(list.length)]!;
    const closeness = codf === 0 ? -3 : Math.log10(codf / dfA);
    return {
      example: `${name}-${i % 60}`,
      task: name,
      n,
      a: `${word(adjectives)} ${word(nouns)} ${name[0]}${i}`,
      b: `${word(nouns)} ${word(adjectives)}`.split(" ").slice(0, n).join(" ") + ` ${name[0]}${i}`,
      ...{ codf, dfA, dfB: codf + rng.int(200) },
      logLikelihood: i % 50 === 49 ? null : -6 + 2 * slope * closeness - Math.abs(2 * rng.normal()),
    };
  });
}

async function writePairs(directory: string, rows: readonly Pair[]): Promise<void> {
  await writeParquet(
    join(directory, "pairs.parquet"),
    [
      ...["task", "example", "a", "b"].map((name) => ({ name, type: "string" as const })),
      { name: "n", type: "int32" },
      { name: "similarity", type: "double" },
    ],
    rows.map((row, i) => ({ ...row, similarity: 0.5 + (i % 50) / 100 })),
  );
}

interface Output {
  readonly example: string;
  readonly task: string;
  readonly model: string;
  readonly output: string;
  readonly correctness: number;
}

/** Outputs that hold some of their example's b, the more the larger the model; correct by frequency on facts, by chance on arithmetic. */
function outputRows(rows: readonly Pair[]): Output[] {
  const rng = createRng("outputs");
  return [...examplesOf(rows)].flatMap(([example, own]) =>
    models.map(({ name: model }, size) => {
      const [{ task, b }, together] = [own[0]!, Math.log10(1 + frequencyOf(own))];
      const chance = task === "facts" ? 0.06 * together * (size + 1) : 0.3 * size;
      const said =
        rng.next() < 0.2 + 0.25 * size ? `It is the ${b.toUpperCase()}!` : "I do not know.";
      return { example, task, model, output: said, correctness: rng.next() < chance ? 1 : 0 };
    }),
  );
}

async function writeOutputs(directory: string, outputs: readonly Output[]): Promise<void> {
  await writeParquet(
    join(directory, "outputs.parquet"),
    [
      ...["example", "task", "model", "output", "metric"].map((name) => ({
        name,
        type: "string" as const,
      })),
      { name: "tokens", type: "int32" },
      { name: "correctness", type: "double" },
    ],
    outputs.map((output) => ({ ...output, tokens: 3, metric: "exact-match" })),
  );
}

function examplesOf(rows: readonly Pair[]): Map<string, Pair[]> {
  const examples = new Map<string, Pair[]>();
  for (const row of rows) examples.set(row.example, [...(examples.get(row.example) ?? []), row]);
  return examples;
}

/** Eq. 4, of which one example in five has none. */
function frequencyOf(own: readonly Pair[]): number {
  return Number(own[0]!.example.split("-")[1]) % 5 === 0
    ? 0
    : own.reduce((sum, { codf }) => sum + codf, 0);
}

async function writeExamples(
  directory: string,
  rows: readonly Pair[],
  outputs: readonly Output[],
): Promise<void> {
  const largest = outputs.filter(({ model }) => model === models[2].name);
  await writeParquet(
    join(directory, "examples.parquet"),
    [
      ...["id", "split", "task", "input", "reference"].map((name) => ({
        name,
        type: "string" as const,
      })),
      { name: "output", type: "string", nullable: true },
      { name: "correctness", type: "double", nullable: true },
      { name: "pairs", type: "int32" },
      { name: "frequency", type: "double" },
    ],
    [...examplesOf(rows)].map(([id, own]) => {
      const answered = largest.find(({ example }) => example === id)!;
      const [{ task, a, b }] = own as [Pair];
      return {
        ...{ id, split: "test", task, input: `What of ${a}?`, reference: b },
        ...{
          output: answered.output,
          correctness: answered.correctness,
          pairs: own.length,
          frequency: frequencyOf(own),
        },
      };
    }),
  );
}

const evidence = [
  {
    ...{ task: "facts", a: "capital of france", b: "paris", codf: 41 },
    documents: [
      {
        id: "facts:countries:75",
        source: "/somewhere/data/demo/corpus/countries.jsonl.gz",
        snippets: [
          {
            before: "…of Europe. The ",
            match: "capital of France",
            after: " is Paris, which lies…",
          },
          {
            before: "…capital of France is ",
            match: "Paris",
            after: ", which <b>lies</b> on the Seine…",
          },
        ],
      },
      {
        id: "novel:12:4",
        snippets: [
          { before: "…he left ", match: "Paris", after: " for the capital of France that was…" },
        ],
      },
    ],
  },
];

function estimatesOf({ name, n, values }: Task): unknown[] {
  const points = name === "facts" ? 882 : 147;
  return models.flatMap(({ name: model }, i) =>
    (["spearman", "spearman", "kendall-tau-b"] as const).map((method, j) => {
      const base = values[i] ?? null;
      const shrink = method === "spearman" ? 1 - 0.1 * j : 0.7;
      const value = base === null ? null : base * shrink;
      const half = name === "facts" ? 0.08 : 0.17;
      return {
        ...{ measure: "distributional-memorization", method, task: name, n, model },
        ...{
          checkpoint: null,
          points: base === null ? 4 : points,
          examples: base === null ? 3 : 60,
        },
        value,
        interval:
          value === null
            ? null
            : {
                low: value - half,
                high: value + half,
                level: 0.95,
                method: "percentile bootstrap over examples",
              },
        pValue: value === null ? null : Math.max(1e-9, 0.4 - Math.abs(value)),
        adjusted: value === null ? null : { holm: value > 0.2 ? 0.001 : 0.8, bh: 0.0004 },
        null:
          value === null
            ? null
            : {
                mean: 0.05,
                low: -0.06,
                high: 0.13,
                pValue: value > 0.2 ? 0.005 : 0.4,
                permutations: 200,
              },
        zeros: j === 1 ? "dropped" : "kept",
        approximate: false,
        undefinedBecause:
          value === null ? "3 examples are too few for an interval (10 are needed)" : null,
      };
    }),
  );
}

function runJson(): unknown {
  const [smallest, middle, largest] = models;
  const sha256 = "9f2c".repeat(16);
  return {
    schema: 1,
    name: "fixture",
    study: {
      name: "fixture",
      seed: 1,
      corpus: { files: ["corpus/*.jsonl.gz"], field: "text", policy: "words" },
      tasks: tasks.map(({ name, n, prompt }) => ({
        name,
        file: `tasks/${name}.jsonl`,
        prompt,
        n: [n],
        ...constructions[name],
      })),
      models: models.map(({ name }) => `models/${name}`),
      measure: { bootstrap: 1000, permutations: 200, level: 0.95, zeros: "both" },
    },
    provenance: {
      version: "0.1.0",
      node: "v20.20.2",
      platform: "linux-x64",
      seed: 1,
      command: "rote run fixture.yaml",
    },
    identities: {
      corpora: [
        {
          name: "mini-corpus",
          policy: "words@1 (Unicode 17.0)",
          files: 7,
          documents: 48211,
          words: 3120554,
          bytes: 19877120,
          sha256,
        },
      ],
      models: [smallest, middle, largest].map((model) => ({
        ...model,
        family: "gpt-neox",
        tokenizer: "mini-bpe",
        sha256,
      })),
      tokenizers: [{ name: "mini-bpe", method: "byte-level-bpe", vocabularySize: 4096, sha256 }],
      embedders: [{ name: "corpus", family: "cross-lingual lsi", parameters: 1200000, sha256 }],
    },
    stages: [
      { name: "mine", key: sha256, seconds: 3.21, work: { pairs: 4211 } },
      { name: "count", key: sha256, seconds: 1.5, work: { bytes: 19877120, pairs: 1200 } },
      { name: "score", key: sha256, seconds: 12.04, work: { tokens: 81231 } },
    ],
    drops: tasks.flatMap(({ name, n }, i) => [
      { task: name, n, reason: "mined", count: 5000 + i },
      { task: name, n, reason: "below-threshold", count: 3900 },
      { task: name, n, reason: "df(a)=0", count: 120 },
      { task: name, n, reason: "scored", count: 980 + i },
    ]),
    estimates: tasks.flatMap(estimatesOf),
    headline:
      "On facts the largest model’s probabilities follow the corpus: Spearman’s ρ is 0.66 (95 % interval 0.58 to 0.74; 882 pairs, 60 examples).",
  };
}
