/** From a study file on disk to a study whose paths are absolute and whose built-in names are spelled out. */
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { nearest, RoteError } from "../base/errors.ts";
import { readYaml } from "../base/yaml.ts";
import { describeWordIndex } from "../counting/ngram-index/word-index.ts";
import { isModelUrl, parseModelUrl } from "../models/remote/model-url.ts";
import { checkpointsOf, findModel } from "../models/suites/find-model.ts";
import { promptOf } from "../tasks/prompt-presets.ts";
import { parseStudy } from "./schema.ts";
import type {
  CheckpointsEntry,
  CorpusEntry,
  InfinityGramEntry,
  MeasureEntry,
  OtherCorpus,
  PolicyEntry,
  StudyFile,
  TaskEntry,
} from "./study-file.ts";

/** A study ready to run: every path absolute, every task spelled out, the policy known. */
export interface Study extends Omit<StudyFile, "tasks" | "corpus" | "otherCorpora" | "models"> {
  readonly corpus: StudyCorpus;
  readonly otherCorpora?: readonly (OtherCorpus & StudyCorpus)[];
  /** What `embedder: corpus` is fitted on, where it is not what is counted. */
  readonly embedderCorpus?: StudyCorpus;
  /** Whether a task without pairs at some n is inconclusive there, instead of an error. */
  readonly allowsEmptyTasks?: boolean;
  readonly tasks: readonly TaskEntry[];
  /** A folder, a checkpoint's `DIR@STEP` or a URL each. */
  readonly models: readonly string[];
}

/** The corpus of a study that is ready to run. */
export interface StudyCorpus extends CorpusEntry {
  readonly policy: PolicyEntry;
}

/** The folder of the built-in corpus, tasks and models. */
export const demoFolder: string = fileURLToPath(new URL("../../data/demo/", import.meta.url));

/** Read, check and resolve a study file (YAML or JSON). */
export async function loadStudy(path: string): Promise<Study> {
  const study = parseStudy(await readYaml(path), path);
  const builtIn = study.tasks.some((task) => typeof task === "string") ? await builtInTasks() : [];
  const folder = dirname(resolve(path));
  const corpora = await resolveCorpora(study, folder, path);
  const models = await resolveModels(study.models, folder);
  const resolved = { ...resolveStudy(study, folder, builtIn), ...corpora, models };
  refuseRepeatedModels(resolved, path);
  return resolved;
}

/** A model named twice would give every one of its points twice. */
function refuseRepeatedModels({ models }: Study, source: string): void {
  const repeated = models.find((model, i) => models.indexOf(model) !== i);
  if (repeated === undefined) return;
  throw new RoteError(
    "study/malformed",
    `${source}: the model ${repeated} is named twice; remove one`,
    { model: repeated },
  );
}

/** All under one policy: pairs are mined once, and one phrase has to be the same words everywhere. */
async function resolveCorpora(
  study: StudyFile,
  folder: string,
  source: string,
): Promise<Pick<Study, "corpus" | "otherCorpora">> {
  const corpus = await resolveCorpus(study.corpus, folder, source);
  const otherCorpora: (OtherCorpus & StudyCorpus)[] = [];
  for (const { name, engine, infinityGram, ...other } of study.otherCorpora ?? []) {
    const resolved = await resolveCorpus(other, folder, source);
    if (resolved.policy !== corpus.policy)
      throw new RoteError(
        "text/policy-mismatch",
        `${source}: the corpus ${name} is read as ${resolved.policy}, the first as ${corpus.policy}; corpora of one run need one policy`,
        { name, policy: resolved.policy, first: corpus.policy },
      );
    const at = (path: string): string => resolve(folder, path);
    const index = infinityGram && { infinityGram: resolveInfinityGram(infinityGram, at) };
    otherCorpora.push({ ...resolved, name, engine, ...index });
  }
  return otherCorpora.length === 0 ? { corpus } : { corpus, otherCorpora };
}

/** Absolute paths, and the policy: where there is an index, the one it was made under. */
async function resolveCorpus(
  corpus: CorpusEntry,
  folder: string,
  source: string,
): Promise<StudyCorpus> {
  const files = corpus.files.map((path) => resolve(folder, path));
  const { policy: asked } = corpus;
  if (corpus.index === undefined) return { ...corpus, files, policy: asked ?? "words" };
  const index = resolve(folder, corpus.index);
  const { policy } = await describeWordIndex(index);
  if (asked === undefined || asked === policy.name)
    return { ...corpus, files, index, policy: policy.name };
  throw new RoteError(
    "text/policy-mismatch",
    `${source}: corpus.policy is ${asked}, but the index ${index} was made under ${policy.name}; leave corpus.policy out, or corpus.index`,
    { index, made: policy.name, asked },
  );
}

function resolveStudy(
  study: StudyFile,
  folder: string,
  builtIn: readonly TaskEntry[],
): Omit<Study, "corpus" | "otherCorpora" | "models"> {
  const at = (path: string): string => resolve(folder, path);
  const { models: _models, otherCorpora: _corpora, ...rest } = study;
  return {
    ...rest,
    tasks: study.tasks
      .map((entry) =>
        typeof entry === "string" ? findBuiltIn(entry, builtIn) : resolveTask(entry, at),
      )
      .map((entry) => resolveGeneration(entry, study)),
    embedder: embedderPath(study.embedder, at),
    mine: {
      ...study.mine,
      ...(study.mine.cache === undefined ? {} : { cache: at(study.mine.cache) }),
    },
    measure: resolveMeasure(study.measure, at),
    ...(study.sweep?.embedder && {
      sweep: {
        ...study.sweep,
        embedder: study.sweep.embedder.map((path) => embedderPath(path, at)),
      },
    }),
  };
}

/** The models one by one: of a training all its checkpoints, or those that are named. */
async function resolveModels(entries: StudyFile["models"], folder: string): Promise<string[]> {
  const models: string[] = [];
  for (const entry of entries) {
    if (typeof entry === "string")
      models.push(isModelUrl(entry) ? checkedUrl(entry) : resolve(folder, entry));
    else models.push(...(await resolveCheckpoints(entry, folder)));
  }
  return models;
}

/** Each must be there, so that a step that is not is told before anything is counted. */
async function resolveCheckpoints(
  { path, checkpoints }: CheckpointsEntry,
  folder: string,
): Promise<readonly string[]> {
  const training = resolve(folder, path);
  if (checkpoints === "all") return checkpointsOf(training);
  const models = checkpoints.map((name) => (name === "end" ? training : `${training}@${name}`));
  for (const model of models) await findModel(model);
  return models;
}

function resolveMeasure(measure: MeasureEntry, at: (path: string) => string): MeasureEntry {
  const { infinityGram, novelty } = measure;
  const reference = novelty?.reference;
  return {
    ...measure,
    ...(infinityGram && { infinityGram: resolveInfinityGram(infinityGram, at) }),
    ...(reference !== undefined && {
      novelty: { reference: isModelUrl(reference) ? checkedUrl(reference) : at(reference) },
    }),
  };
}

function resolveInfinityGram(
  { index, tokenizer }: InfinityGramEntry,
  at: (path: string) => string,
): InfinityGramEntry {
  return { index: at(index), ...(tokenizer !== undefined && { tokenizer: at(tokenizer) }) };
}

/** Absolute paths, and the prompt word for word. */
function resolveTask(entry: TaskEntry, at: (path: string) => string): TaskEntry {
  const { translations } = entry;
  return {
    ...entry,
    file: at(entry.file),
    ...(translations === undefined ? {} : { translations: at(translations) }),
    prompt: promptOf(entry.prompt, entry),
  };
}

/** Every option of generation with its value. */
function resolveGeneration(entry: TaskEntry, { generate }: StudyFile): TaskEntry {
  return { ...entry, generate: { ...generate, ...entry.generate } };
}

/** Before anything is written: a URL with a password in it would be stored. */
function checkedUrl(model: string): string {
  parseModelUrl(model);
  return model;
}

function embedderPath(embedder: string, at: (path: string) => string): string {
  if (embedder === "corpus") return embedder;
  if (isModelUrl(embedder)) return checkedUrl(embedder);
  return embedder === "built-in" ? resolve(demoFolder, "embedder.bin") : at(embedder);
}

/** The demo study's tasks are the built-in ones: one place says what they are. */
async function builtInTasks(): Promise<readonly TaskEntry[]> {
  const path = resolve(demoFolder, "study.yaml");
  const { tasks } = parseStudy(await readYaml(path), path);
  return tasks
    .filter((task) => typeof task !== "string")
    .map((task) => ({ ...task, file: resolve(demoFolder, task.file) }));
}

function findBuiltIn(name: string, builtIn: readonly TaskEntry[]): TaskEntry {
  const found = builtIn.find((task) => task.name === name);
  if (found !== undefined) return found;
  const names = builtIn.map((task) => task.name);
  const near = nearest(name, names);
  const hint = near === undefined ? `built in: ${names.join(", ")}` : `did you mean "${near}"?`;
  throw new RoteError(
    "study/malformed",
    `"${name}" is no built-in task; ${hint}. A task of your own needs name and file`,
    { name },
  );
}

/**
 * A name for each path, unique among them: the last part, with as many parents before it as it
 * takes to tell two apart ("pythia-70m/step1000"). A model's URL counts as its host and its model.
 */
export function shortNames(names: readonly string[]): readonly string[] {
  const paths = names.map((name) => {
    if (!isModelUrl(name)) return name;
    const { address, model } = parseModelUrl(name);
    return `${new URL(address).host}/${model ?? ""}`;
  });
  const tail = (path: string, parts: number): string =>
    parts === 1 ? basename(path) : path.split(/[/\\]/).filter(Boolean).slice(-parts).join("/");
  return paths.map((path) => {
    for (let parts = 1; parts < 20; parts++) {
      const name = tail(path, parts);
      if (paths.every((other) => other === path || tail(other, parts) !== name)) return name;
    }
    return path;
  });
}
