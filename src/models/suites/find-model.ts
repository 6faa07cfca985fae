/**
 * Where a model lies that a user names:
 *
 *   DIR                      a model folder (config.json and weights), a training's folder or one of its steps
 *   DIR@STEP                 a step of a folder of steps: `pythia-70m@step1000`, `runs/d64@500`
 *   CACHE/models--ORG--NAME[@REVISION], CACHE/ORG/NAME[@REVISION]
 *                            a revision in a cache of Hugging Face's libraries; `main` where none is named
 *
 * A path that exists is never taken apart, so names may hold an @.
 */
import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { nearest, RoteError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { stepOf } from "./checkpoint-name.ts";
import {
  cachedRevisions,
  findRevision,
  foldersIn,
  listed,
  repositoryFolder,
  repositoryName,
} from "./hub-cache.ts";

/** A model folder and what its place says about it. */
export interface ModelPlace {
  /** Holds config.json and weights. */
  readonly folder: string;
  readonly name: string;
  /** Branch, tag or commit in a cache. */
  readonly revision?: string;
  /** Training step, where the place names one. */
  readonly step?: number;
}

/** The model folder that a path means. Whether a model lies there is seen when it is opened. */
export async function findModel(path: string): Promise<ModelPlace> {
  const repository = await findRepository(path);
  if (repository !== undefined) return placeInCache(repository, "main");
  if (await exists(path))
    return (await exists(join(path, "config.json"))) ? placeOf(path) : refuse(path);
  const at = path.lastIndexOf("@");
  if (at <= 0) throw missing(path);
  const [base, wanted] = [path.slice(0, at), path.slice(at + 1)];
  const named = await findRepository(base);
  if (named !== undefined) return placeInCache(named, wanted);
  if (await exists(base)) return placeOfStep(base, wanted);
  throw missing(base, wanted);
}

/** What the names of a model folder and of the one above it say. */
export function placeOf(folder: string): ModelPlace {
  const whole = resolve(folder);
  const step = stepOf(basename(whole));
  if (step === undefined) return { folder, name: basename(whole) };
  return { folder, name: basename(dirname(whole)), step };
}

/** What a revision of a cached model says. */
export function placeOfRevision(name: string, revision: string, folder: string): ModelPlace {
  const step = stepOf(revision);
  return { folder, name, revision, ...(step === undefined ? {} : { step }) };
}

/** How identities name a step. */
export function checkpointOf({ step, revision }: ModelPlace): string | undefined {
  if (step !== undefined) return `step ${step}`;
  return revision === "main" ? undefined : revision;
}

/**
 * The checkpoints of one training as paths that `findModel` takes, in the order of training, its end
 * last where a model lies there: the steps in a folder, or the revisions of a cached model that name one.
 */
export async function checkpointsOf(path: string): Promise<readonly string[]> {
  const repository = await findRepository(path);
  const [names, hasEnd] =
    repository === undefined
      ? [await stepsIn(path), await exists(join(path, "config.json"))]
      : await stepsOfRepository(repository);
  if (names.length > 0)
    return [...names.map((name) => `${path}@${name}`), ...(hasEnd ? [path] : [])];
  throw new RoteError(
    "file/missing",
    `${path} holds no checkpoints: no folder or revision of it is named by a step (rote models ls lists what lies below)`,
    { path },
  );
}

async function stepsOfRepository(repository: string): Promise<[readonly string[], boolean]> {
  const revisions = (await cachedRevisions(repository)).map(({ revision }) => revision);
  return [revisions.filter(hasStep).sort(byStep), revisions.includes("main")];
}

const hasStep = (name: string): boolean => stepOf(name) !== undefined;
const byStep = (a: string, b: string): number => (stepOf(a) ?? 0) - (stepOf(b) ?? 0);

async function findRepository(path: string): Promise<string | undefined> {
  if ((await repositoryName(path)) !== undefined) return path;
  const cached = repositoryFolder(
    dirname(dirname(path)),
    `${basename(dirname(path))}/${basename(path)}`,
  );
  return (await repositoryName(cached)) === undefined ? undefined : cached;
}

async function placeInCache(repository: string, wanted: string): Promise<ModelPlace> {
  const name = (await repositoryName(repository)) ?? basename(repository);
  const { revision, folder } = await findRevision(repository, wanted);
  return placeOfRevision(name, revision, folder);
}

/** The step of a folder by its name or its number. */
async function placeOfStep(base: string, wanted: string): Promise<ModelPlace> {
  const names = await stepsIn(base);
  const number = /^\d+$/.test(wanted) ? Number(wanted) : stepOf(wanted);
  const name =
    names.find((each) => each === wanted) ??
    names.find((each) => number !== undefined && stepOf(each) === number);
  if (name !== undefined) return placeOf(join(base, name));
  const near = nearest(wanted, names);
  throw new RoteError(
    "file/missing",
    `${base} holds no step ${JSON.stringify(wanted)}; ${near === undefined ? `it holds ${listed(names)}` : `did you mean ${near}?`}`,
    { base, wanted, steps: names },
  );
}

/** Names of the folders of steps in a folder, in the order of training. */
async function stepsIn(folder: string): Promise<readonly string[]> {
  return (await foldersIn(folder)).filter(hasStep).sort(byStep);
}

function missing(path: string, revision?: string): RoteError {
  const from = revision === undefined ? "" : ` --revision ${revision}`;
  const way = /^[\w.-]+\/[\w.-]+$/.test(path)
    ? `nothing is downloaded: fetch it with \`hf download ${path}${from}\` and name it ~/.cache/huggingface/hub/${path}${revision === undefined ? "" : `@${revision}`}`
    : "name a model's folder (rote models ls lists those below a path)";
  return new RoteError("file/missing", `${path} does not exist; ${way}`, { path });
}

async function refuse(folder: string): Promise<never> {
  if ((await stat(folder)).isFile())
    throw new RoteError(
      "usage",
      `${folder} is a file; a model is named by its folder: ${dirname(folder)}`,
      { path: folder },
    );
  const steps = await stepsIn(folder);
  const hint =
    steps.length > 0
      ? `it holds steps of a training: name one, such as ${folder}@${steps.at(-1) ?? ""}`
      : "no model lies there";
  throw new RoteError(
    "file/missing",
    `${join(folder, "config.json")} does not exist; ${hint} (rote models ls lists what lies below)`,
    { folder, steps },
  );
}
