/**
 * The variants that a study itself asks for, which run whenever it runs: its other corpora, and its
 * tasks with one another's tables.
 */
import type { Study } from "../load-study.ts";
import type { TaskEntry } from "../study-file.ts";
import type { Variant } from "./variant.ts";

/** A variant whose results stand in its study's own run.json. */
export interface OwnVariant extends Variant {
  /** The other corpus that it counts. */
  readonly corpus?: string;
  /** The task whose table all other tasks are evaluated with. */
  readonly minedOn?: string;
}

/** Other corpora first, then a variant for each task that lends its table. */
export function ownVariants(study: Study): readonly OwnVariant[] {
  return [...corpusVariants(study), ...crossTaskVariants(study)];
}

/** The study on each of its other corpora. Pairs are those of the first: a fitted embedder is the first's, too. */
export function corpusVariants(study: Study): readonly OwnVariant[] {
  const { otherCorpora = [], measure, ...rest } = study;
  const { infinityGram: _, ...measured } = measure;
  return otherCorpora.map(({ engine, infinityGram, ...corpus }) => {
    const changes = {
      ...{ corpus, engine },
      ...(study.embedder === "corpus" ? { embedderCorpus: study.corpus } : {}),
    };
    return {
      ...{ name: `corpus-${corpus.name}`, corpus: corpus.name },
      changes: { ...changes, "measure.infinityGram": infinityGram },
      study: {
        ...{ ...rest, ...changes, crossTask: false },
        measure: infinityGram === undefined ? measured : { ...measured, infinityGram },
      },
    };
  });
}

/**
 * For each task the study of all others with that task's table, at their first n alone; documents, novelty
 * and overlap are those of the study.
 */
export function crossTaskVariants(study: Study): readonly OwnVariant[] {
  if (!study.crossTask) return [];
  const { otherCorpora: _corpora, measure, tasks } = study;
  const { novelty: _novelty, infinityGram: _infinityGram, ...measured } = measure;
  const names = variantNames(tasks.map(({ name }) => name));
  return tasks.map(({ name: minedOn }, i) => ({
    ...{ name: names[i]!, minedOn, changes: { "tasks.minedOn": minedOn } },
    study: {
      ...withoutCorpora(study),
      ...{ crossTask: false, report: { ...study.report, pairs: 0 } },
      measure: { ...measured, overlap: [] },
      tasks: tasks.map((task) =>
        task.name === minedOn ? firstLength(task) : { ...firstLength(task), minedOn },
      ),
    },
  }));
}

function firstLength(task: TaskEntry): TaskEntry {
  return { ...task, n: task.n.slice(0, 1) };
}

function withoutCorpora(study: Study): Study {
  const { otherCorpora: _, ...rest } = study;
  return rest;
}

/** Names of directories, unique whatever characters the tasks' names are made of, and in whatever case. */
function variantNames(tasks: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return tasks.map((task) => {
    const plain = `mined-on-${task.replaceAll(/[^\w.-]+/g, "-")}`;
    let name = plain;
    for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${plain}-${i}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
