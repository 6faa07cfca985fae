/** The first half of a build: the documents of a source as tokens, offsets, metadata and words. */
import { join } from "node:path";
import { AppendFile } from "../../base/append-file.ts";
import { openAll } from "../../base/open-all.ts";
import type { LongWork } from "../../base/progress.ts";
import { type BuildState, saveBuildState } from "./build-state.ts";
import { WORDS_FILE } from "./format.ts";
import { IndexWriter } from "./shard-writer.ts";
import type { SourceDescription, TokenBatch, TokenSource } from "./token-source.ts";
import { readWordList } from "./word-list.ts";

/** Bytes of tokens between two moments at which the state is saved. */
const SAVE_BYTES = 1 << 28;

/** A build whose source is read to its end. */
export type ReadState = BuildState & { readonly source: SourceDescription };

export interface WritingOptions extends LongWork {
  readonly folder: string;
  /** How far the build is. */
  readonly begun: BuildState;
  /** Throws where a shard of so many tokens is too large. */
  readonly requireRoom: (tokens: number) => void;
}

/**
 * Write what the source has to give beyond what is written. Whatever interrupts it, the state says what
 * is written. Documents that were written before are read again, for the identity of the corpus, and
 * passed over.
 */
export async function writeTokens(
  source: TokenSource,
  { folder, begun, requireRoom, ...work }: WritingOptions,
): Promise<ReadState> {
  if (begun.source !== null) return { ...begun, source: begun.source };
  using files = await openFiles(source, folder, begun);
  let unsaved = 0;
  try {
    for await (const batch of source.batches({ ...work, skip: begun.documents })) {
      files.write(batch, source.takeWords());
      unsaved += batch.tokens.byteLength;
      if (unsaved < SAVE_BYTES) continue;
      const { lengths } = await files.save(null);
      requireRoom(Math.max(...lengths.map(({ tokenized }) => tokenized)) / source.width);
      unsaved = 0;
    }
  } catch (error) {
    // Where even saving fails, the first error says why.
    await files.save(null).catch(() => undefined);
    throw error;
  }
  return await files.save(source.describe());
}

interface OpenFiles extends Disposable {
  /** Write documents and the words that are new in them. */
  write(batch: TokenBatch, words: readonly string[]): void;
  /** Put everything on the disk, and write down how far the batches written whole reach. */
  save<Source extends SourceDescription | null>(
    source: Source,
  ): Promise<BuildState & { readonly source: Source }>;
}

async function openFiles(
  source: TokenSource,
  folder: string,
  begun: BuildState,
): Promise<OpenFiles> {
  const { documents, lengths, wordBytes } = begun;
  const path = join(folder, WORDS_FILE);
  if (wordBytes > 0) await source.knowWords(readWordList(path, wordBytes));
  const { width } = source;
  const [wordFile, writer] = openAll(
    () => new AppendFile(path, wordBytes),
    () => new IndexWriter({ folder, width, documents, lengths }),
  );
  let reached = { documents, lengths, wordBytes };
  return {
    write(batch, words) {
      writer.write(batch);
      for (const word of words) wordFile.appendText(`${word}\n`);
      const { documents, lengths } = writer;
      reached = { documents, lengths, wordBytes: wordFile.byteLength };
    },
    async save(read) {
      writer.sync();
      wordFile.sync();
      const state = { ...begun, ...reached, source: read };
      await saveBuildState(folder, state);
      return state;
    },
    [Symbol.dispose]() {
      writer[Symbol.dispose]();
      wordFile[Symbol.dispose]();
    },
  };
}
