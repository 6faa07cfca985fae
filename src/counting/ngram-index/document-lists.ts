/** The documents in which the suffixes of a segment begin. */
import type { Segment, Shard } from "./shard.ts";

/** What is read of a shard. */
export type DocumentPlaces = Pick<Shard, "positionAt" | "documentAt" | "documentCount">;

/** Distinct documents of a segment, ascending. */
export function documentsOf(shard: DocumentPlaces, { start, end }: Segment): Uint32Array {
  const documents = new Uint32Array(end - start);
  for (let rank = start; rank < end; rank++)
    documents[rank - start] = shard.documentAt(shard.positionAt(rank));
  documents.sort();
  let count = 0;
  for (const document of documents)
    if (count === 0 || documents[count - 1] !== document) documents[count++] = document;
  return documents.slice(0, count);
}
