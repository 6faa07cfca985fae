/** Documents in which n-grams stand. */
import type { NgramIndex } from "./ngram-index.ts";
import type { Segment, Shard } from "./shard.ts";

/** Distinct documents in which the suffixes of a segment begin, ascending. */
export function documentsOf(shard: Shard, segment: Segment): Uint32Array {
  const { start, end } = segment;
  // From here on a bit for each document takes less room than the documents themselves.
  if (end - start > shard.documentCount / 32) return markedDocuments(shard, segment);
  const documents = new Uint32Array(end - start);
  for (let rank = start; rank < end; rank++)
    documents[rank - start] = shard.documentAt(shard.positionAt(rank));
  documents.sort();
  return documents.filter((document, i) => i === 0 || documents[i - 1] !== document);
}

function markedDocuments(shard: Shard, segment: Segment): Uint32Array {
  const marks = new Uint32Array(Math.ceil(shard.documentCount / 32));
  return listMarked(marks, markDocuments(shard, segment, marks));
}

/** Mark the documents in which the suffixes of a segment begin; how many were not marked before. */
function markDocuments(shard: Shard, { start, end }: Segment, marks: Uint32Array): number {
  let size = 0;
  for (let rank = start; rank < end; rank++) {
    const document = shard.documentAt(shard.positionAt(rank));
    const bit = 1 << (document & 31);
    if ((marks[document >>> 5]! & bit) === 0) size += 1;
    marks[document >>> 5]! |= bit;
  }
  return size;
}

/** The numbers of `size` marked documents, ascending. */
function listMarked(marks: Uint32Array, size: number): Uint32Array {
  const documents = new Uint32Array(size);
  let at = 0;
  for (let word = 0; word < marks.length; word++)
    for (let left = marks[word]!; left !== 0; left &= left - 1)
      documents[at++] = 32 * word + 31 - Math.clz32(left & -left);
  return documents;
}

/** The documents of each shard that hold any of some n-grams, ascending. */
export function documentsWithAny(
  index: NgramIndex,
  ngrams: readonly ArrayLike<number>[],
): Uint32Array[] {
  const marks = index.shards.map(
    ({ documentCount }) => new Uint32Array(Math.ceil(documentCount / 32)),
  );
  const sizes = new Array<number>(index.shards.length).fill(0);
  for (const tokens of ngrams)
    for (const [i, segment] of index.find(tokens).segments.entries())
      sizes[i]! += markDocuments(index.shards[i]!, segment, marks[i]!);
  return marks.map((marked, i) => listMarked(marked, sizes[i]!));
}

/** The documents of each shard that hold all of some n-grams, ascending. */
export function documentsWithAll(
  index: NgramIndex,
  ngrams: readonly ArrayLike<number>[],
): Uint32Array[] {
  const found = ngrams.map((tokens) => index.find(tokens)).sort((a, b) => a.count - b.count);
  return index.shards.map(
    (shard, i) =>
      found
        .map(({ segments }) => segments[i]!)
        .reduce<Uint32Array | undefined>((common, segment) => {
          if (common?.length === 0) return common;
          const documents = documentsOf(shard, segment);
          return common === undefined ? documents : intersect(common, documents);
        }, undefined) ?? new Uint32Array(0),
  );
}

function intersect(few: Uint32Array, many: Uint32Array): Uint32Array {
  let at = 0;
  return few.filter((document) => {
    while (at < many.length && many[at]! < document) at += 1;
    return many[at] === document;
  });
}
