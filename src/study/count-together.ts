/** The pairs that stages of several studies ask of one corpus, counted together. */
import { groupBy } from "../base/group-by.ts";
import { canonicalJson } from "../base/json.ts";
import { mergePairQueries, type PairQuery } from "../memorization/pair-query.ts";
import { askCorpus } from "./corpus-engine.ts";
import { refuseOtherBytes } from "./indexed-corpus.ts";
import { KnownCounts } from "./known-counts.ts";
import { type OpenRun, platformClock } from "./open-study.ts";
import type { Stage } from "./run-directory.ts";
import { countStageName } from "./stages/count.ts";

/** A stage of one of the studies. */
export interface StageOfRun {
  readonly run: OpenRun;
  readonly stage: Stage;
}

/** Pairs of one pass at most, unless one study asks for more: 16 bytes each, and their counts 8. */
const PAIRS_TOGETHER = 40_000_000;

/** Stages that can be performed, with the counts that were made for them. */
export interface Counted {
  readonly asked: readonly StageOfRun[];
  readonly known: KnownCounts | undefined;
  /** How long that took. */
  readonly seconds?: number;
}

/** Who is told of a pass. */
export interface PassOptions {
  readonly onStage?: (name: string, ran: boolean, seconds: number) => void;
  readonly clock?: () => number;
}

/**
 * Stages in the order they came, those that ask one corpus behind one another with their pairs counted
 * in as few passes as memory allows. What only one asks it counts itself, and what was counted for one of
 * the `finished`, nobody.
 */
export async function* countTogether(
  open: readonly StageOfRun[],
  finished: readonly StageOfRun[],
  { onStage, clock = platformClock }: PassOptions = {},
): AsyncGenerator<Counted> {
  const byCorpus = groupBy(open, ({ stage: { question } }) =>
    canonicalJson(question?.corpus ?? null),
  );
  for (const asked of byCorpus.values()) {
    const first = await withoutRepeated(asked, finished);
    if (asked[0]!.stage.question === undefined || first.length < 2)
      yield { asked, known: undefined };
    else
      for await (const counted of countBatches(asked, first, clock)) {
        const { asked: some, seconds } = counted;
        if (seconds !== undefined)
          onStage?.(`${some[0]!.stage.name} of ${some.length} together`, true, seconds);
        yield counted;
      }
  }
}

/** The stages that no finished one stands for, each key once. */
async function withoutRepeated(
  asked: readonly StageOfRun[],
  finished: readonly StageOfRun[],
): Promise<readonly StageOfRun[]> {
  const keys = new Set<string>();
  for (const entry of finished) keys.add(await keyOf(entry));
  const first: StageOfRun[] = [];
  for (const entry of asked) {
    const key = await keyOf(entry);
    if (!keys.has(key)) first.push(entry);
    keys.add(key);
  }
  return first;
}

function keyOf({ run, stage }: StageOfRun): Promise<string> {
  return run.context.directory.keyOf(stage);
}

async function* countBatches(
  asked: readonly StageOfRun[],
  first: readonly StageOfRun[],
  clock: () => number,
): AsyncGenerator<Counted> {
  let batch: { readonly entry: StageOfRun; readonly query: PairQuery }[] = [];
  let pairs = 0;
  for (const entry of first) {
    const query = await entry.stage.question!.pairs();
    if (batch.length > 0 && pairs + query.pairs.length / 2 > PAIRS_TOGETHER) {
      yield await countBatch(batch, clock);
      [batch, pairs] = [[], 0];
    }
    batch.push({ entry, query });
    pairs += query.pairs.length / 2;
  }
  yield await countBatch(batch, clock);
  // Those whose key others had take theirs over.
  yield { asked: asked.filter((entry) => !first.includes(entry)), known: undefined };
}

async function countBatch(
  batch: readonly { readonly entry: StageOfRun; readonly query: PairQuery }[],
  clock: () => number,
): Promise<Counted> {
  const start = clock();
  const asked = batch.map(({ entry }) => entry);
  const { run, stage } = asked[0]!;
  const { study, signal, onProgress } = run.context;
  if (stage.name === countStageName) await refuseOtherBytes(study, { signal, onProgress });
  const { phrases, pairs } = mergePairQueries(batch.map(({ query }) => query));
  const { counts, identity } = await askCorpus(run.context, { phrases, pairs });
  const known = new KnownCounts({ phrases, pairs }, counts, identity);
  return { asked, known, seconds: (clock() - start) / 1000 };
}
