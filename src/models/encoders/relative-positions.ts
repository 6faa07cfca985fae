/**
 * Buckets of distances, as T5 and MPNet have them: half of the buckets for keys before the query,
 * half for those behind it; of each half, small distances one bucket each, larger ones logarithmically
 * up to 128. Raffel et al. 2020, §2.1.
 */

const FARTHEST = 128;

/** The bucket of every pair (query, key) of positions, row by row. */
export function relativeBuckets(length: number, buckets: number): Int32Array {
  const ofDistance = Array.from({ length }, (_, distance) => bucketOf(distance, buckets / 2));
  const result = new Int32Array(length * length);
  for (let query = 0; query < length; query++)
    for (let key = 0; key < length; key++)
      result[query * length + key] =
        ofDistance[Math.abs(query - key)]! + (key > query ? buckets / 2 : 0);
  return result;
}

/** Rounded to float32 after each step, as transformers computes it: 64 must not fall below its border. */
function bucketOf(distance: number, half: number): number {
  const exact = half / 2;
  if (distance < exact) return distance;
  const log = Math.fround(Math.log(distance / exact));
  const share = Math.fround(log / Math.fround(Math.log(FARTHEST / exact)));
  return Math.min(half - 1, exact + Math.floor(Math.fround(share * exact)));
}
