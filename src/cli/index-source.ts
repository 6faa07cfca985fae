import { basename, resolve } from "node:path";
import { RoteError } from "../base/errors.ts";
import type { TokenType } from "../counting/ngram-index/format.ts";
import type { IndexSource } from "../counting/ngram-index/open-api-indexes.ts";
import { parseSize } from "./size.ts";

/** Values of `indexFlags`. */
export interface IndexValues {
  readonly index: readonly string[];
  readonly tokenType: TokenType | undefined;
  readonly eos: number | undefined;
  readonly reversed: boolean;
  readonly tokenizer: string | undefined;
  readonly memory: string | undefined;
}

/** The indexes that were asked for: `[NAME=]DIR[,DIR…]` each. */
export function indexSources(values: IndexValues): IndexSource[] {
  const { tokenType, eos, reversed, tokenizer } = values;
  return values.index.map((typed) => {
    const [, given, list = typed] = /^([\w.-]+)=(.*)$/s.exec(typed) ?? [];
    const directories = list.split(",").filter((directory) => directory !== "");
    if (directories.length === 0)
      throw new RoteError("usage", `--index must be [NAME=]DIR, got ${JSON.stringify(typed)}`);
    return {
      name: given ?? basename(resolve(directories[0]!)),
      directories,
      reversed,
      ...(tokenType === undefined ? {} : { tokenType }),
      ...(eos === undefined ? {} : { endOfDocument: eos }),
      ...(tokenizer === undefined ? {} : { tokenizer }),
    };
  });
}

/** Bytes that all indexes together may take; undefined where nobody said. */
export function indexMemory({ memory }: IndexValues): number | undefined {
  return memory === undefined ? undefined : parseSize("--memory", memory);
}
