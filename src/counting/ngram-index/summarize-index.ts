/** What an index holds, from its description and the sizes of its files. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { discoverIndex, listFolder } from "./discover.ts";
import {
  type IndexDescription,
  separatorOf,
  type ShardDescription,
  type TokenType,
  tokenWidths,
} from "./format.ts";
import { measureShard } from "./shard.ts";

/** An index in brief. `format`, `corpus` and `provenance` are null where another program made it. */
export interface IndexSummary {
  readonly directory: string;
  readonly format: number | null;
  readonly tokenType: TokenType;
  readonly tokenWidth: number;
  readonly pointerWidth: number;
  readonly tokenizer: IndexDescription["tokenizer"];
  readonly endOfDocument: number;
  readonly policy: string | null;
  readonly documents: number;
  readonly tokens: number;
  readonly shards: readonly ShardDescription[];
  readonly corpus: IndexDescription["corpus"] | null;
  readonly provenance: IndexDescription["provenance"] | null;
  /** Bytes of each file by its name. */
  readonly files: Readonly<Record<string, number>>;
}

/** Read sizes and what the index says of itself. `asked` is for indexes that do not say it; default u16. */
export async function summarizeIndex(path: string, asked?: TokenType): Promise<IndexSummary> {
  const { directory, description, shards: found } = await discoverIndex(path);
  const tokenType = description?.tokenType ?? asked ?? "u16";
  const tokenWidth = tokenWidths[tokenType];
  const shards = found.map((paths): ShardDescription => {
    const { documentCount, tokenCount, pointerWidth } = measureShard(paths, tokenWidth);
    return { documents: documentCount, tokens: tokenCount, pointerWidth };
  });
  return {
    directory,
    format: description?.format ?? null,
    ...{ tokenType, tokenWidth },
    pointerWidth: Math.max(...shards.map(({ pointerWidth }) => pointerWidth)),
    tokenizer: description?.tokenizer ?? null,
    endOfDocument: description?.endOfDocument ?? separatorOf(tokenWidth),
    policy: description?.policy ?? null,
    documents: shards.reduce((sum, { documents }) => sum + documents, 0),
    tokens: shards.reduce((sum, { tokens }) => sum + tokens, 0),
    shards,
    corpus: description?.corpus ?? null,
    provenance: description?.provenance ?? null,
    files: await sizesOf(directory),
  };
}

async function sizesOf(directory: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const name of await listFolder(directory))
    sizes[name] = (await stat(join(directory, name))).size;
  return sizes;
}
