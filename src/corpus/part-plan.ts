/** Everything that several threads or machines must agree on to read one corpus together. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { RoteError } from "../base/errors.ts";
import { fileError } from "../base/files.ts";
import { hasFrames } from "./frames.ts";
import {
  BATCH_BYTES,
  PART_BYTES,
  type CorpusPart,
  partBytes,
  type PartOptions,
  type PlannedFile,
  planParts,
} from "./parts.ts";
import type { CorpusReading } from "./read-part.ts";

/** A file as it was when its parts were planned. */
export interface FileState {
  readonly path: string;
  readonly byteLength: number;
  /** Time of the last change, in milliseconds; 0 for standard input. */
  readonly modified: number;
  /** The length by which it was cut into parts, where it has changed since. */
  readonly cutLength?: number;
}

/** A corpus in parts. */
export interface PartPlan {
  readonly files: readonly FileState[];
  readonly parts: readonly CorpusPart[];
  /** Stored bytes of each part. */
  readonly weights: readonly number[];
  /** sha256 of the parts and of how they are read. */
  readonly hash: string;
}

/** How a corpus is planned. */
export interface PlanOptions extends Omit<PartOptions, "lines" | "where"> {
  /**
   * The files of an earlier plan, to be cut as they were then: a file that was cut short and is copied
   * again must not make other parts of the files that are counted.
   */
  readonly earlier?: readonly FileState[] | undefined;
}

/** Plan the parts of files as they are now. */
export async function planCorpus(
  reading: CorpusReading,
  { earlier = [], ...options }: PlanOptions = {},
): Promise<PartPlan> {
  const paths = reading.files.map(({ path }) => path);
  const files = (await readStates(paths)).map((state, i) => cutAs(state, earlier[i]));
  const lengths = files.map((file) => ({ byteLength: lengthToCut(file) }));
  const planned: PlannedFile[] = [];
  for (const [i, file] of reading.files.entries())
    planned.push(await inspected({ ...file, ...lengths[i]! }, options));
  const { field, lines, where } = reading;
  const parts = planParts(planned, { ...options, lines, where });
  // Whether malformed lines are skipped is no matter: where none was met, the same is counted.
  const read = { parts, field, lines, where };
  return {
    files,
    parts: parts.map((part) => fitted(part, files)),
    weights: parts.map((part) => partBytes(part, lengths)),
    hash: createHash("sha256").update(JSON.stringify(read)).digest("hex"),
  };
}

/** The length by which a file is cut into parts. */
export function lengthToCut({ byteLength, cutLength = byteLength }: FileState): number {
  return cutLength;
}

function cutAs(state: FileState, earlier: FileState | undefined): FileState {
  if (earlier?.path !== state.path) return state;
  const cutLength = lengthToCut(earlier);
  return cutLength === state.byteLength ? state : { ...state, cutLength };
}

/** A file with what must be read of it to cut it. */
async function inspected(
  file: PlannedFile,
  { batchBytes = BATCH_BYTES, partBytes: rangeBytes = PART_BYTES }: PartOptions,
): Promise<PlannedFile> {
  const { path, byteLength, kind, compression } = file;
  if (kind === "parquet" && byteLength >= batchBytes) {
    const { placeRowGroups } = await import("../base/parquet.ts");
    return { ...file, rowGroups: await placeRowGroups(path) };
  }
  if (compression !== "none" && byteLength > rangeBytes)
    return { ...file, hasFrames: await hasFrames(file) };
  return file;
}

/** A range of a file that has another length than it was cut by: the last one reaches to its end. */
function fitted(part: CorpusPart, files: readonly FileState[]): CorpusPart {
  const { byteLength, cutLength } = files[part.file]!;
  if (cutLength === undefined) return part;
  const fit = ({ start, end }: { start: number; end: number }): { start: number; end: number } => {
    const fitEnd = end === cutLength ? byteLength : Math.min(end, byteLength);
    return { start: Math.min(start, fitEnd), end: fitEnd };
  };
  if (part.kind === "range") return { ...part, ...fit(part) };
  return part.kind === "stream" && part.range ? { ...part, range: fit(part.range) } : part;
}

/** What files are like now. */
export async function readStates(paths: readonly string[]): Promise<readonly FileState[]> {
  const states: FileState[] = [];
  for (const path of paths) {
    if (path === "-") states.push({ path, byteLength: 0, modified: 0 });
    else {
      const { size, mtimeMs } = await stat(path).catch((error: unknown) => {
        throw fileError(path, error);
      });
      states.push({ path, byteLength: size, modified: mtimeMs });
    }
  }
  return states;
}

/** Refuse a file that is no longer what it was. */
export function refuseChangedFile(
  before: FileState,
  now: FileState | undefined,
  when: string,
  wayOut = "start again",
): void {
  const { path, byteLength, modified } = before;
  if (now?.byteLength === byteLength && now.modified === modified) return;
  const [was, is] = [before, now].map((state) =>
    state === undefined
      ? "is gone"
      : `${state.byteLength} bytes of ${new Date(state.modified).toISOString()}`,
  );
  throw new RoteError(
    "corpus/changed",
    `${path} changed ${when} (before: ${was}; now: ${is}); ${wayOut}`,
    { path, before, now },
  );
}
