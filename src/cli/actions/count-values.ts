/** The flags of `rote count`, and which of them go together. */
import { RoteError } from "../../base/errors.ts";
import type { Shard } from "../../counting/scan/scan-progress.ts";
import { checkCountsPath } from "../../counting/write-counts.ts";
import type { TextPolicy } from "../../text/policy.ts";
import type { CorpusValues } from "../corpus-source.ts";
import { flagName } from "../define-command.ts";
import { refuseBesideIndex, requireCorpus } from "../word-index-source.ts";

export interface CountValues extends CorpusValues {
  /** Phrases; with `merge` partials. */
  readonly asked: readonly string[];
  /** Count from this index instead of a corpus. */
  readonly index: string | undefined;
  readonly phrases: string | undefined;
  readonly pairs: string | undefined;
  readonly window: number | undefined;
  readonly policy: TextPolicy["name"];
  readonly jobs: number | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
  readonly partial: string | undefined;
  readonly shard: string | undefined;
  readonly merge: boolean;
  readonly resume: boolean;
  readonly checkpoint: number | undefined;
  readonly dryRun: boolean;
}

/** Throw where flags contradict each other, before anything is read. */
export function refuseContradictions(values: CountValues): void {
  refuseForRows(values);
  if (values.merge) {
    refuseForMerge(values);
    return;
  }
  const { asked, phrases, pairs, window, corpus } = values;
  if (values.index === undefined) requireCorpus(values);
  else refuseBesideIndex(values, ["partial", "shard", "resume", "checkpoint", "dryRun"]);
  if (asked.length === 0 && phrases === undefined && pairs === undefined)
    throw new RoteError("usage", "nothing to count; give a PHRASE, --phrases FILE or --pairs FILE");
  if (window !== undefined && pairs === undefined)
    throw new RoteError("usage", "--window is about pairs; give them with --pairs FILE");
  if ([phrases, pairs, ...corpus].filter((path) => path === "-").length > 1)
    throw new RoteError(
      "usage",
      "standard input (-) can be one thing only: phrases, pairs or corpus",
    );
  refuseForKeeping(values);
  if (values.out !== undefined)
    checkCountsPath(values.out, {
      phrases: asked.length > 0 || phrases !== undefined,
      pairs: pairs !== undefined,
    });
}

function refuseForRows({ partial, shard, out, json, dryRun }: CountValues): void {
  if (out !== undefined && out === partial)
    throw new RoteError("usage", `--out and --partial both name ${out}; give two files`);
  if (shard !== undefined && out !== undefined)
    throw new RoteError(
      "usage",
      "--shard counts part of the corpus, and --out would write its rows as if they were of the whole; count the shards with --partial FILE, then write rows with --merge FILE… --out PATH",
    );
  if (partial !== undefined && json && out === undefined && !dryRun)
    throw new RoteError(
      "usage",
      "--partial writes a file and prints no rows; leave --json out, and print rows with --merge FILE --json",
    );
}

function refuseForMerge(values: CountValues): void {
  const own = ["corpus", "field", "lines", "where", "skipMalformed", "phrases", "pairs", "window"];
  const others = ["index", "jobs", "shard", "resume", "checkpoint", "dryRun"];
  const given = Object.entries(values).find(([key, value]) => {
    const isGiven = Array.isArray(value)
      ? value.length > 0
      : value !== undefined && value !== false;
    return isGiven && [...own, ...others].includes(key);
  });
  if (given !== undefined)
    throw new RoteError(
      "usage",
      `--merge adds partials, which say themselves what was counted and where; leave ${flagName(given[0])} out`,
      { flag: given[0] },
    );
  if (values.asked.length === 0)
    throw new RoteError("usage", "nothing to merge; give the partials: --merge FILE…");
}

function refuseForKeeping(values: CountValues): void {
  const { corpus, partial, shard, resume, checkpoint, out, dryRun } = values;
  if (corpus.includes("-") && dryRun)
    throw new RoteError(
      "usage",
      "nothing can be planned for standard input (-), whose size nobody knows; save it to a file",
    );
  if (shard !== undefined && partial === undefined)
    throw new RoteError(
      "usage",
      "--shard counts part of the corpus, to be merged with the other parts; give the file for it with --partial FILE",
    );
  if (partial === undefined && out === undefined && (resume || checkpoint !== undefined))
    throw new RoteError(
      "usage",
      `${resume ? "--resume goes on from" : "--checkpoint writes"} a file; name it with --partial FILE, or give --out PATH, beside which it is kept`,
    );
  if (corpus.includes("-") && (partial !== undefined || resume || checkpoint !== undefined))
    throw new RoteError(
      "usage",
      "standard input (-) can be read once and only from its beginning, so its counts are not kept; save it to a file, or leave out --partial, --resume and --checkpoint",
    );
}

/** How a count is kept. */
export interface Keeping {
  readonly path: string;
  /** Remove the file once the rows are written. */
  readonly isRemoved: boolean;
  /** Leave no file where the count ends before the first checkpoint. */
  readonly isLazy: boolean;
  readonly checkpointSeconds?: number;
  readonly shard?: Shard;
}

/** How these values say that the count is kept; undefined where it is not. */
export function keepingOf(values: CountValues): Keeping | undefined {
  const { corpus, partial, out, resume, checkpoint, shard } = values;
  const path = partial ?? (out === undefined ? undefined : `${out}.partial`);
  if (path === undefined || corpus.includes("-")) return undefined;
  return {
    path,
    isRemoved: partial === undefined,
    isLazy: partial === undefined && !resume && checkpoint === undefined,
    ...(checkpoint === undefined ? {} : { checkpointSeconds: checkpoint }),
    ...(shard === undefined ? {} : { shard: parseShard(shard) }),
  };
}

/** `2/3` → { index: 2, of: 3 }. */
function parseShard(text: string): Shard {
  const [, index, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (
    index !== undefined &&
    of !== undefined &&
    1 <= index &&
    index <= of &&
    Number.isSafeInteger(of)
  )
    return { index, of };
  throw new RoteError(
    "usage",
    `--shard must be I/K with 1 ≤ I ≤ K, such as 2/3 for the second of three, got "${text}"`,
    { shard: text },
  );
}
