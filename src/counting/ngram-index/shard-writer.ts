/**
 * Writes `tokenized`, `offset`, `metadata` and `metaoff` of all shards as documents come: document i
 * goes to shard i mod the number of shards, as infini-gram deals them. Memory holds up to four megabytes a shard.
 */
import { join } from "node:path";
import { AppendFile } from "../../base/append-file.ts";
import { openAll } from "../../base/open-all.ts";
import { type PartKind, partName, separatorOf, type Tokens, type TokenWidth } from "./format.ts";
import type { TokenBatch } from "./token-source.ts";

const writtenKinds = ["tokenized", "offset", "metadata", "metaoff"] as const;
type WrittenKind = (typeof writtenKinds)[number] & PartKind;

/** How long each file of a shard is: what an interrupted build goes on behind. */
export type ShardLengths = Readonly<Record<WrittenKind, number>>;

export interface IndexWriterOptions {
  readonly folder: string;
  readonly width: TokenWidth;
  /** Documents that are written. */
  readonly documents: number;
  /** For each shard, the lengths that its files have then. */
  readonly lengths: readonly ShardLengths[];
}

export class IndexWriter implements Disposable {
  #documents: number;
  readonly #width: TokenWidth;
  readonly #shards: readonly ShardAppendFiles[];

  constructor({ folder, width, documents, lengths }: IndexWriterOptions) {
    this.#width = width;
    this.#documents = documents;
    this.#shards = openAll<readonly ShardAppendFiles[]>(
      ...lengths.map((of, shard) => () => openShardFiles(folder, shard, of)),
    );
  }

  /** Documents written so far. */
  get documents(): number {
    return this.#documents;
  }

  get lengths(): ShardLengths[] {
    return this.#shards.map(({ tokenized, offset, metadata, metaoff }) => ({
      tokenized: tokenized.byteLength,
      offset: offset.byteLength,
      metadata: metadata.byteLength,
      metaoff: metaoff.byteLength,
    }));
  }

  write(batch: TokenBatch): void {
    const count = batch.ends.length;
    const step = this.#shards.length;
    for (let shard = 0; shard < step; shard++) {
      const first = (((shard - this.#documents) % step) + step) % step;
      if (first < count) this.#writeShard(shard, batch, first);
    }
    this.#documents += count;
  }

  /** Everything so far is on the disk when this returns. */
  sync(): void {
    for (const shard of this.#shards) for (const kind of writtenKinds) shard[kind].sync();
  }

  [Symbol.dispose](): void {
    for (const shard of this.#shards) shard[Symbol.dispose]();
  }

  /** Write every document of a batch from `first` on that this shard gets. */
  #writeShard(shard: number, { tokens, ends, metadata }: TokenBatch, first: number): void {
    const files = this.#shards[shard]!;
    const step = this.#shards.length;
    const places = new Places();
    let length = 0;
    for (let i = first; i < ends.length; i += step)
      length += 1 + ends[i]! - (i === 0 ? 0 : ends[i - 1]!);
    const out = newTokens(this.#width, length);
    const separator = separatorOf(this.#width);
    let at = 0;
    for (let i = first; i < ends.length; i += step) {
      files.offset.append(places.of(files.tokenized.byteLength + at * this.#width));
      files.metaoff.append(places.of(files.metadata.byteLength));
      files.metadata.appendText(`${metadata[i]!}\n`);
      out[at++] = separator;
      const start = i === 0 ? 0 : ends[i - 1]!;
      out.set(tokens.subarray(start, ends[i]), at);
      at += ends[i]! - start;
    }
    files.tokenized.append(new Uint8Array(out.buffer, out.byteOffset, out.byteLength));
  }
}

type ShardAppendFiles = Disposable & Readonly<Record<WrittenKind, AppendFile>>;

function openShardFiles(folder: string, shard: number, lengths: ShardLengths): ShardAppendFiles {
  const opener = (kind: WrittenKind) => () =>
    new AppendFile(join(folder, partName(kind, shard)), lengths[kind]);
  const files = openAll(...writtenKinds.map(opener));
  const [tokenized, offset, metadata, metaoff] = files;
  return {
    ...{ tokenized: tokenized!, offset: offset!, metadata: metadata!, metaoff: metaoff! },
    [Symbol.dispose]() {
      for (const file of files) file[Symbol.dispose]();
    },
  };
}

/** A byte offset as its eight bytes; each call overwrites the one before. */
class Places {
  readonly #words = new Uint32Array(2);
  readonly #bytes = new Uint8Array(this.#words.buffer);

  of(offset: number): Uint8Array {
    this.#words[0] = offset; // the lower 32 bits: a typed array takes numbers modulo 2³²
    this.#words[1] = Math.floor(offset / 2 ** 32);
    return this.#bytes;
  }
}

/** Room for tokens of a width. */
export function newTokens(width: TokenWidth, length: number): Tokens {
  if (width === 1) return new Uint8Array(length);
  return width === 2 ? new Uint16Array(length) : new Uint32Array(length);
}
