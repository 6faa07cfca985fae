/**
 * A shard that stays in its files, for indexes larger than memory: what is asked for is read, and kept
 * in caches of a bounded size. A search takes about twenty reads where nothing is cached.
 */
import { openAll } from "../../base/open-all.ts";
import { ByteSource, NumberFile } from "./byte-source.ts";
import type { TokenWidth } from "./format.ts";
import { MetadataLines, misplaced, type Shard, type ShardFiles } from "./shard.ts";

/** A shard in files. */
export class FileShard implements Shard {
  readonly tokenWidth: TokenWidth;
  readonly tokenCount: number;
  readonly documentCount: number;
  readonly #files: ShardFiles;
  readonly #tokens: NumberFile;
  readonly #pointers: NumberFile;
  readonly #offsets: NumberFile;
  readonly #metadata: MetadataLines | undefined;

  /** The caches of tokens, pointers and offsets take about `cacheBytes` together. */
  constructor(files: ShardFiles, cacheBytes: number) {
    const { paths, tokenWidth, pointerWidth } = files;
    this.#files = files;
    this.tokenWidth = tokenWidth;
    this.tokenCount = files.tokenCount;
    this.documentCount = files.documentCount;
    const numbers = (path: string, width: number) => (): NumberFile =>
      new NumberFile(new ByteSource(path), width, cacheBytes / 3);
    [this.#tokens, this.#pointers, this.#offsets, this.#metadata] = openAll(
      numbers(paths.tokenized, tokenWidth),
      numbers(paths.table, pointerWidth),
      numbers(paths.offset, 8),
      () => MetadataLines.open(paths),
    );
  }

  tokenAt(position: number): number {
    return this.#tokens.at(position);
  }

  positionAt(rank: number): number {
    return this.#position(this.#pointers.at(rank), "table", rank);
  }

  segmentOfToken(): undefined {
    return undefined;
  }

  documentStart(document: number): number {
    if (document === this.documentCount) return this.tokenCount;
    return this.#position(this.#offsets.at(document), "offset", document);
  }

  documentAt(position: number): number {
    let low = 0;
    let high = this.documentCount - 1;
    while (low < high) {
      const middle = Math.floor((low + high + 1) / 2);
      if (this.documentStart(middle) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  metadata(document: number): string | undefined {
    return this.#metadata?.at(document);
  }

  [Symbol.dispose](): void {
    this.#tokens[Symbol.dispose]();
    this.#pointers[Symbol.dispose]();
    this.#offsets[Symbol.dispose]();
    this.#metadata?.[Symbol.dispose]();
  }

  #position(pointer: number, file: "table" | "offset", index: number): number {
    const position = pointer / this.tokenWidth;
    if (Number.isInteger(position) && position < this.tokenCount) return position;
    const entry = file === "table" ? `pointer ${index}` : `offset ${index}`;
    const end = this.tokenCount * this.tokenWidth;
    throw misplaced(this.#files.paths[file], entry, pointer, end);
  }
}
