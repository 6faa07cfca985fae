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
  await writeExamples(directory);
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
      a: `${word(adjectives)} ${word(nouns)} ${i}`,
      b: `${word(nouns)} ${word(adjectives)}`.split(" ").slice(0, n).join(" ") + ` ${i}`,
      ...{ codf, dfA, dfB: codf + rng.int(200) },
      logLikelihood: i % 50 === 49 ? null : -6 + 2 * slope * closeness - Math.abs(2 * rng.normal()),
    };
  });
}

async function writeExamples(directory: string): Promise<void> {
  await writeParquet(
    join(directory, "examples.parquet"),
    [
      ...["id", "split", "task", "input", "reference"].map((name) => ({
        name,
        type: "string" as const,
      })),
      { name: "output", type: "string", nullable: true },
      { name: "correctness", type: "double", nullable: true },
      { name: "frequency", type: "double" },
    ],
    [
      {
        ...{ id: "facts-0", split: "test", task: "facts" },
        ...{ input: "What is the capital of France?", reference: "Paris" },
        ...{ output: " Paris", correctness: 1, frequency: 12 },
      },
      {
        ...{
          id: "arithmetic-0",
          split: "test",
          task: "arithmetic",
          input: "12 + 7",
          reference: "19",
        },
        ...{ output: null, correctness: null, frequency: 0 },
      },
    ],
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
