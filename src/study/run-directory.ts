/**
 * A run directory: the files that stages leave, and `stages.json`, which says under which key each
 * was made. A stage's key hashes its name, its options, the content of the files it reads and this
 * package's version (another version may compute something else); a stage whose key and outputs
 * still match is not run again. Outputs appear by rename, so a file that is there is whole.
 *
 * What is made from all stages' files (`summaries`) goes before a stage changes any of them: a run
 * that is interrupted never leaves an old summary beside new files.
 */
import { copyFile, link, mkdir, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { RoteError } from "../base/errors.ts";
import {
  exists,
  fileError,
  hashFile,
  readJson,
  withAtomicPath,
  writeAtomically,
} from "../base/files.ts";
import { takeLock } from "../base/lock-file.ts";
import { canonicalJson, isRecord, sha256 } from "../base/json.ts";
import { version } from "../base/provenance.ts";
import type { PairQuery } from "../memorization/pair-query.ts";
import type { KnownCounts } from "./known-counts.ts";

/** What a stage did: bytes read, tokens scored, pairs counted. */
export type Work = Readonly<Record<string, number>>;

/** What a finished stage left: its key, its time, its work, its files. */
export interface StageRecord {
  readonly name: string;
  readonly key: string;
  readonly seconds: number;
  readonly work: Work;
  /** sha256 of each file the stage wrote. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The run directory that made the files, from this one, where they were taken over. */
  readonly takenFrom?: string;
}

export interface Stage {
  readonly name: string;
  /** Everything that decides the outputs besides the files read: options and fingerprints of inputs elsewhere. */
  readonly options: unknown;
  /** Files of the run directory this stage reads. */
  readonly reads: readonly string[];
  /** Files of the run directory this stage writes, each whole or not at all. */
  readonly writes: readonly string[];
  /** `known` are counts made together with those of other studies. */
  readonly run: (key: string, known?: KnownCounts) => Promise<Work>;
  /** The pairs it asks its corpus for, where those of several studies can be counted together. */
  readonly question?: CorpusQuestion;
}

/** What a stage asks a corpus; questions of one `corpus` have one answer. */
export interface CorpusQuestion {
  readonly corpus: unknown;
  readonly pairs: () => Promise<PairQuery>;
}

const STAGES_FILE = "stages.json";
const LOCK_FILE = "run.lock";

export class RunDirectory implements AsyncDisposable {
  readonly path: string;
  readonly #summaries: readonly string[];
  #records: StageRecord[];
  /** Absent where the directory is only looked at. */
  readonly #lock: AsyncDisposable | undefined;
  /** The uppermost folder that had to be made for this directory. */
  readonly #created: string | undefined;

  private constructor(
    path: string,
    records: StageRecord[],
    {
      summaries = [],
      lock,
      created,
    }: { summaries?: readonly string[]; lock?: AsyncDisposable; created?: string | undefined } = {},
  ) {
    this.path = path;
    this.#records = records;
    this.#summaries = summaries;
    this.#lock = lock;
    this.#created = created;
  }

  /**
   * Open or create a run directory for writing; refused while another process writes to it.
   * `summaries` are files made from those of the stages.
   */
  static async open(
    path: string,
    { summaries = [] }: { readonly summaries?: readonly string[] } = {},
  ): Promise<RunDirectory> {
    const created = await mkdir(path, { recursive: true }).catch((error: unknown) => {
      throw fileError(path, error);
    });
    const lock = await takeLock(join(path, LOCK_FILE), path);
    try {
      return new RunDirectory(path, await readRecords(path), { summaries, lock, created });
    } catch (error) {
      await lock[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** A run directory to look at: nothing is created or locked. */
  static async inspect(path: string): Promise<RunDirectory> {
    return new RunDirectory(path, await readRecords(path));
  }

  /** The path of a file in this directory. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** The stages on record, in the order they ran. */
  get records(): readonly StageRecord[] {
    return this.#records;
  }

  /** True where a stage's outputs are there, made under its present key. */
  async isFinished(stage: Stage): Promise<boolean> {
    return this.#holds(stage, await this.keyOf(stage));
  }

  /** Run a stage unless its outputs are already there; true where it ran. */
  async perform(stage: Stage, clock: () => number, known?: KnownCounts): Promise<boolean> {
    if (await this.isFinished(stage)) return false;
    const key = await this.keyOf(stage);
    await this.#removeSummaries();
    const start = clock();
    const work = await stage.run(key, known);
    const outputs: Record<string, string> = {};
    for (const name of stage.writes) outputs[name] = await hashFile(this.file(name));
    await this.#keep({ name: stage.name, key, seconds: (clock() - start) / 1000, work, outputs });
    return true;
  }

  /**
   * Take over a stage's files from a run directory that made them under the same key; true where one
   * did. They are linked, which is safe because a file is only ever replaced, never written to; copied
   * where the file system has no links.
   */
  async takeOver(stage: Stage, others: readonly RunDirectory[]): Promise<boolean> {
    const key = await this.keyOf(stage);
    for (const other of others) {
      if (other === this || !(await other.#holds(stage, key))) continue;
      await this.#removeSummaries();
      for (const name of stage.writes) await linkFile(other.file(name), this.file(name));
      const record = other.#recordOf(stage)!;
      await this.#keep({ ...record, takenFrom: relative(this.path, other.path) });
      return true;
    }
    return false;
  }

  async #holds(stage: Stage, key: string): Promise<boolean> {
    const record = this.#recordOf(stage);
    if (record?.key !== key) return false;
    for (const name of stage.writes) {
      const path = this.file(name);
      if (!(await exists(path)) || record.outputs[name] !== (await hashFile(path))) return false;
    }
    return true;
  }

  #recordOf(stage: Stage): StageRecord | undefined {
    return this.#records.find(({ name }) => name === stage.name);
  }

  async #keep(record: StageRecord): Promise<void> {
    this.#records = [...this.#records.filter(({ name }) => name !== record.name), record];
    await writeAtomically(this.file(STAGES_FILE), `${JSON.stringify(this.#records, null, 2)}\n`);
  }

  async #removeSummaries(): Promise<void> {
    for (const name of this.#summaries) await rm(this.file(name), { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lock?.[Symbol.asyncDispose]();
    if (this.#created !== undefined) await removeEmpty(this.path, this.#created);
  }

  /** What decides a stage's files, as a hash. */
  async keyOf({ name, options, reads }: Stage): Promise<string> {
    const inputs: Record<string, string> = {};
    for (const file of reads)
      inputs[file] = (await exists(this.file(file))) ? await hashFile(this.file(file)) : "absent";
    return sha256(canonicalJson({ version, name, options, inputs }));
  }
}

/** Let a file stand at a second path too. */
async function linkFile(from: string, to: string): Promise<void> {
  await withAtomicPath(to, (temporary) =>
    link(from, temporary).catch(() => copyFile(from, temporary)),
  );
}

/** Remove a folder and those above it up to `last`, as far as they are empty. */
async function removeEmpty(folder: string, last: string): Promise<void> {
  const end = resolve(last);
  for (let path = resolve(folder); path.startsWith(end); path = dirname(path)) {
    const isGone = await rmdir(path).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}

/** The stages a run directory has on record. */
export async function readRecords(path: string): Promise<StageRecord[]> {
  const file = join(path, STAGES_FILE);
  if (!(await exists(file))) return [];
  const records = await readJson(file);
  if (!Array.isArray(records) || !records.every(isRecord)) {
    throw new RoteError(
      "file/malformed",
      `${file} is no list of stages; remove it to run every stage again`,
      { file },
    );
  }
  return records as unknown as StageRecord[];
}

/**
 * Size and times of each file: enough to notice a change without reading terabytes again. Archives
 * and packages may give every version of a file one time of modification, and a model trained again
 * has the size it had; the time of the inode's change is set by the system and by nobody else.
 */
export async function fingerprint(paths: readonly string[]): Promise<readonly string[]> {
  return Promise.all(
    paths.map(async (path) => {
      const { size, mtimeMs, ctimeMs } = await stat(path).catch((error: unknown) => {
        throw fileError(path, error);
      });
      return `${path}:${size}:${mtimeMs}:${ctimeMs}`;
    }),
  );
}
