/** What a study file must obey beyond the shape of each key, and the defaults that hang on other keys. */
import { nearest, RoteError } from "../base/errors.ts";
import { stopWordLanguages } from "../text/stop-words.ts";
import type {
  InfinityGramEntry,
  OtherCorpus,
  StudyFile,
  WrittenCorpus,
  WrittenStudy,
} from "./study-file.ts";
import { languagesOf } from "./task-languages.ts";

/** Keys that say how files are read: an index was read when it was built. */
const readingKeys = ["field", "lines", "skipMalformed"] as const;

/** Check a study whose keys are well formed, and fill in what hangs on other keys. */
export function completeStudy(written: WrittenStudy, source: string): StudyFile {
  refuseRepetitions(written, source);
  refuseUnwritten(written, source);
  refuseUnknownTables(written, source);
  refuseUnknownLanguages(written, source);
  const [first, ...others] = completeCorpora(written, source);
  const { engine, infinityGram, ...corpus } = first!;
  return {
    ...{ ...written, engine, corpus },
    ...(others.length === 0 ? {} : { otherCorpora: others.map(named) }),
    measure: measureOf(written, infinityGram, source),
  };
}

/** Each with what it is counted from. Of several each has a name by which its results are told apart. */
function completeCorpora(
  { corpus: written, engine }: WrittenStudy,
  source: string,
): (StudyFile["corpus"] & Pick<StudyFile, "engine">)[] {
  const corpora = [written].flat() as readonly WrittenCorpus[];
  if (corpora.length > 1) refuseUnnamed(corpora, source);
  return corpora.map((corpus) => {
    const own = engine ?? (corpus.index === undefined ? "scan" : "index");
    refuseUncountable(corpus, own, source);
    return { ...completeCorpus(corpus), engine: own };
  });
}

function named(corpus: StudyFile["corpus"] & Pick<StudyFile, "engine">): OtherCorpus {
  return { ...corpus, name: corpus.name! };
}

function refuseUnnamed(corpora: readonly WrittenCorpus[], source: string): void {
  const names = corpora.map(({ name }) => name);
  const bad = names.find((name) => name === undefined || !/^[\w-][\w.-]*$/.test(name));
  if (names.includes(undefined) || bad !== undefined)
    throw malformed(
      source,
      `corpus: each of several corpora needs a name of letters, digits, dots, dashes and underscores${bad === undefined ? "" : `, got "${bad}"`}`,
    );
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined)
    throw malformed(source, `two corpora are named "${repeated}"; give each its own name`);
}

/** An index of tokens is one corpus's: the first's may stand with the corpus or under measure. */
function measureOf(
  { measure }: WrittenStudy,
  infinityGram: InfinityGramEntry | undefined,
  source: string,
): StudyFile["measure"] {
  if (infinityGram === undefined) return measure;
  if (measure.infinityGram === undefined) return { ...measure, infinityGram };
  throw malformed(
    source,
    "measure.infinityGram names the index of the first corpus, and so does that corpus's infinityGram; leave one out",
  );
}

function completeCorpus(written: WrittenCorpus): StudyFile["corpus"] {
  const { files = [], index } = written;
  const reading = files.length > 0 ? { field: "text", lines: false, skipMalformed: false } : {};
  const policy = index === undefined ? ({ policy: "words" } as const) : {};
  return { ...reading, ...policy, ...written, files };
}

/** The engine has what it counts, and nothing is said of files that are not there. */
function refuseUncountable(
  { files = [], index, ...corpus }: WrittenCorpus,
  engine: StudyFile["engine"],
  source: string,
): void {
  if (files.length === 0 && index === undefined)
    throw malformed(source, "corpus: is missing files, or index, the folder of an index of words");
  if (engine === "index" && index === undefined)
    throw malformed(
      source,
      "engine: index counts from corpus.index, which is missing; name the folder that rote index build --tokenizer words made, or leave engine out",
    );
  if (files.length > 0) return;
  if (engine === "scan")
    throw malformed(
      source,
      "engine: scan reads corpus.files, which is missing; name the files, or leave engine out to count from corpus.index",
    );
  const key = readingKeys.find((name) => corpus[name] !== undefined);
  if (key !== undefined)
    throw malformed(
      source,
      `corpus.${key} says how files are read, and an index was read when it was built; leave it out, or name corpus.files`,
    );
}

function refuseRepetitions({ tasks }: WrittenStudy, source: string): void {
  const names = tasks.map((entry) => (typeof entry === "string" ? entry : entry.name));
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined)
    throw malformed(source, `two tasks are named "${repeated}"; give each its own name`);
  for (const entry of tasks) {
    if (typeof entry === "string" || new Set(entry.n).size === entry.n.length) continue;
    throw malformed(
      source,
      `the task "${entry.name}" names a length of n-grams twice (n: ${entry.n.join(", ")}), which would count its pairs twice; remove one`,
    );
  }
}

/** A task whose table is another's names one of this study; where all are, none says which. */
function refuseUnknownTables({ tasks, crossTask }: WrittenStudy, source: string): void {
  const names = tasks.map((entry) => (typeof entry === "string" ? entry : entry.name));
  if (crossTask && names.length < 2)
    throw malformed(
      source,
      "crossTask needs at least two tasks, which lend each other their tables",
    );
  for (const entry of tasks) {
    if (typeof entry === "string" || entry.minedOn === undefined) continue;
    const { name, minedOn } = entry;
    if (crossTask)
      throw malformed(
        source,
        `crossTask mines every task on every other one, and the task "${name}" on "${minedOn}" alone; leave one of them out`,
      );
    if (minedOn === name)
      throw malformed(
        source,
        `the task "${name}" is mined on itself; leave minedOn out, which mines it so`,
      );
    if (names.includes(minedOn)) continue;
    const near = nearest(minedOn, names);
    const hint = near === undefined ? `it has ${names.join(", ")}` : `did you mean "${near}"?`;
    throw malformed(
      source,
      `the task "${name}" is mined on "${minedOn}", which is no task of this study; ${hint}`,
    );
  }
}

/** What is filtered by language has one that can be told from others. */
function refuseUnknownLanguages({ tasks, mine }: WrittenStudy, source: string): void {
  if (!mine.filters.includes("language")) return;
  const without = tasks.find((entry) => {
    if (typeof entry === "string") return false;
    const { input, output } = languagesOf(entry);
    return input === undefined && output === undefined;
  });
  if (without === undefined || typeof without === "string") return;
  throw malformed(
    source,
    `mine.filters names language, and the task "${without.name}" states none; give it languages: { input: en, output: de } (of ${stopWordLanguages.join(", ")}; one side is enough), or leave the filter out`,
  );
}

/** Words as they are written are not in an index of words under another policy. */
function refuseUnwritten({ corpus, measure }: WrittenStudy, source: string): void {
  const corpora = [corpus].flat() as readonly WrittenCorpus[];
  const isWritten = corpora.every(({ files = [] }) => files.length > 0);
  if (measure.denominatorPolicy === "same" || isWritten) return;
  throw malformed(
    source,
    `measure.denominatorPolicy: ${measure.denominatorPolicy} counts words as the files write them, and corpus.files is missing; name the files beside the index, or leave it out`,
  );
}

function malformed(source: string, rule: string): RoteError {
  return new RoteError("study/malformed", `${source}: ${rule}`);
}
