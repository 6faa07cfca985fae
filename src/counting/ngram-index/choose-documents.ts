/** A uniform sample of the documents that places lie in. */
import { createRng } from "../../base/random.ts";
import type { NgramIndex } from "./ngram-index.ts";

/** A place in the tokens of a shard. */
export interface Place {
  readonly shard: number;
  readonly position: number;
}

/**
 * Of the documents that positions of each shard lie in, choose up to `limit`, each as likely as any
 * other; of each, its first position. In the order of the index.
 */
export function chooseDocuments(
  { shards }: NgramIndex,
  positions: readonly Float64Array[],
  { limit, seed }: { readonly limit: number; readonly seed: number },
): Place[] {
  const places: Place[] = [];
  for (const [shard, inShard] of positions.entries()) {
    let last = -1;
    for (const position of inShard.slice().sort()) {
      const document = shards[shard]!.documentAt(position);
      if (document !== last) places.push({ shard, position });
      last = document;
    }
  }
  const rng = createRng(seed).fork("choose-documents");
  const chosen = Math.min(limit, places.length);
  for (let i = 0; i < chosen; i++) {
    const j = i + rng.int(places.length - i);
    [places[i], places[j]] = [places[j]!, places[i]!];
  }
  return places.slice(0, chosen).sort((a, b) => a.shard - b.shard || a.position - b.position);
}
