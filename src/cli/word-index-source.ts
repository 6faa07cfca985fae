/** From --index to an engine that counts from it, and what is said of it afterwards. */
import { RoteError } from "../base/errors.ts";
import type { CorpusIdentity } from "../corpus/document.ts";
import type { CountEngine } from "../counting/count-engine.ts";
import type { IndexEngineOptions } from "../counting/ngram-index/index-engine.ts";
import type { TextPolicy } from "../text/policy.ts";
import { type CorpusValues } from "./corpus-source.ts";
import { flagName } from "./define-command.ts";
import { amount, formatDuration } from "./output.ts";

/** Flags that say how a corpus is read: an index was read when it was built. */
const ofReading = ["corpus", "field", "lines", "where", "skipMalformed"];

/** Open the index of words that --index names; it must have been made under `policy`. */
export async function openIndexOf(
  directory: string,
  policy: TextPolicy["name"],
  options: IndexEngineOptions = {},
): Promise<CountEngine> {
  const { openIndexEngine } = await import("../counting/ngram-index/index-engine.ts");
  const engine = await openIndexEngine(directory, options);
  const made = engine.identity.policy.replace(/@.*$/, "");
  if (made === policy) return engine;
  await engine[Symbol.asyncDispose]();
  throw new RoteError(
    "text/policy-mismatch",
    `${directory} was made under the policy ${made}, not ${policy}; say --policy ${made}`,
    { directory, made, policy },
  );
}

/** Throw where a flag stands beside --index that means nothing there. */
export function refuseBesideIndex(values: CorpusValues, others: readonly string[] = []): void {
  const given = Object.entries(values).find(([key, value]) => {
    const isGiven = Array.isArray(value)
      ? value.length > 0
      : value !== undefined && value !== false;
    return isGiven && [...ofReading, ...others].includes(key);
  });
  if (given === undefined) return;
  throw new RoteError(
    "usage",
    `--index answers from an index, which was read when it was built; leave ${flagName(given[0])} out`,
    { flag: given[0] },
  );
}

/** One corpus or one index. */
export function requireCorpus({ corpus }: CorpusValues): void {
  if (corpus.length > 0) return;
  throw new RoteError("usage", "--corpus FILE|GLOB|DIR or --index DIR is required", {
    flag: "corpus",
  });
}

/** What an index holds, and how long it took to answer. */
export function indexSummary(
  directory: string,
  { documents = 0, words = 0 }: CorpusIdentity,
  seconds: number,
): string {
  return `${directory}: ${amount(documents, "document")}, ${amount(words, "word")}, answered in ${formatDuration(seconds)}`;
}
