/** Opening the indexes that requests are answered from. */
import { RoteError } from "../../base/errors.ts";
import type { TokenType } from "./format.ts";
import type { ApiIndex } from "./api-query.ts";
import { openIndexText } from "./index-text.ts";
import { openIndex } from "./open-index.ts";

/** An index as somebody names it; plain data, so that a worker thread can be told to open it. */
export interface IndexSource {
  readonly name: string;
  /** Together they are one index. */
  readonly directories: readonly string[];
  readonly tokenType?: TokenType;
  readonly endOfDocument?: number;
  readonly reversed?: boolean;
  readonly tokenizer?: string;
}

/** Open indexes by name. */
export interface ApiIndexes extends ReadonlyMap<string, ApiIndex>, Disposable {}

/** Open indexes, all of them or none. `memory` is shared among them evenly; default half of what is free. */
export async function openApiIndexes(
  sources: readonly IndexSource[],
  { memory }: { readonly memory?: number | undefined } = {},
): Promise<ApiIndexes> {
  const opened = new Map<string, ApiIndex>();
  const close = (): void => {
    for (const { index } of opened.values()) index[Symbol.dispose]();
  };
  try {
    for (const { name, directories, tokenizer, ...options } of sources) {
      if (opened.has(name))
        throw new RoteError(
          "usage",
          `two indexes are called ${name}; write NAME=${directories.join(",")} for one of them`,
          { name },
        );
      const share = memory === undefined ? {} : { memory: memory / sources.length };
      const index = await openIndex(directories, { ...options, ...share });
      opened.set(name, { index });
      opened.set(name, { index, text: await openIndexText(index, { tokenizer }) });
    }
  } catch (error) {
    close();
    throw error;
  }
  return Object.assign(opened, { [Symbol.dispose]: close });
}
