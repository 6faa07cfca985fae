/** How far a build is, kept in its unfinished folder so that it can go on after an interruption. */
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists, readJsonObject, writeAtomically } from "../../base/files.ts";
import { canonicalJson } from "../../base/json.ts";
import type { FinishedShard } from "./finish-shard.ts";
import { BUILD_STATE_FILE } from "./format.ts";
import type { ShardLengths } from "./shard-writer.ts";
import type { SourceDescription } from "./token-source.ts";

export interface BuildState {
  /** What is built: of which files, how read, how tokenized, in how many shards. */
  readonly plan: Readonly<Record<string, unknown>>;
  /** Documents whose tokens are written. */
  readonly documents: number;
  /** What was read; null where there is more to read. */
  readonly source: SourceDescription | null;
  readonly lengths: readonly ShardLengths[];
  /** Bytes of the file of words. */
  readonly wordBytes: number;
  /** Shards by number; null where a shard is not finished. */
  readonly finished: readonly (FinishedShard | null)[];
}

export async function saveBuildState(folder: string, state: BuildState): Promise<void> {
  await writeAtomically(join(folder, BUILD_STATE_FILE), `${JSON.stringify(state)}\n`);
}

/** The state of an unfinished build of this very plan; undefined where nothing would be lost by beginning anew. */
export async function loadBuildState(
  folder: string,
  plan: BuildState["plan"],
): Promise<BuildState | undefined> {
  const path = join(folder, BUILD_STATE_FILE);
  if (!(await exists(path)))
    throw new RoteError(
      "index/unfinished",
      `${folder} does not say how far it is (no ${BUILD_STATE_FILE}); remove it and build anew`,
      { folder },
    );
  // This very program wrote it, whole.
  const state = (await readJsonObject(path)) as unknown as BuildState;
  const differing = Object.keys(plan).filter(
    (key) => canonicalJson(plan[key]) !== canonicalJson(state.plan[key]),
  );
  if (differing.length === 0) return state;
  if (state.documents === 0) return undefined;
  throw new RoteError(
    "index/unfinished",
    `${folder} was begun with other ${differing.join(", ")}; give the same again, or remove the folder and build anew`,
    { folder, differing },
  );
}
