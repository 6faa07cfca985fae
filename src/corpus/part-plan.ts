/** Everything that several threads or machines must agree on to read one corpus together. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { RoteError } from "../base/errors.ts";
import { fileError } from "../base/files.ts";
import { placeRowGroups } from "../base/parquet.ts";
import {
  BATCH_BYTES,
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

/** Plan the parts of files as they are now. */
export async function planCorpus(
  reading: CorpusReading,
  options: Omit<PartOptions, "lines" | "where"> = {},
): Promise<PartPlan> {
  const states = await readStates(reading.files.map(({ path }) => path));
  const { batchBytes = BATCH_BYTES } = options;
  const files: PlannedFile[] = [];
  for (const [i, file] of reading.files.entries()) {
    const { byteLength } = states[i]!;
    const isCut = file.kind === "parquet" && byteLength >= batchBytes;
    const rowGroups = isCut ? { rowGroups: await placeRowGroups(file.path) } : {};
    files.push({ ...file, byteLength, ...rowGroups });
  }
  const { field, lines, skipMalformed, where } = reading;
  const parts = planParts(files, { ...options, lines, where });
  const read = { parts, field, lines, skipMalformed, where };
  return {
    files: states,
    parts,
    weights: parts.map((part) => partBytes(part, states)),
    hash: createHash("sha256").update(JSON.stringify(read)).digest("hex"),
  };
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
    `${path} changed ${when} (before: ${was}; now: ${is}); start again`,
    { path, before, now },
  );
}
