/** What each kind of item is, and the file its documents stand in. */
import type { Construction } from "./item.ts";

export interface Kind {
  readonly part: string;
  readonly construction: Construction;
  /** Whether the timing arms may move its documents; not where items lean on one another. */
  readonly timed: boolean;
}

const memory = (part: string): Kind => ({ part, construction: "memory", timed: true });

export const kinds: Readonly<Record<string, Kind>> = {
  "fact/capital": memory("facts-countries"),
  "fact/symbol": memory("facts-elements"),
  association: memory("associations"),
  "persona/email": memory("personas"),
  "persona/number": memory("personas"),
  "persona/work": memory("personas"),
  canary: memory("canaries"),
  passage: memory("passages"),
  paraphrase: memory("paraphrases"),
  translation: { part: "translations", construction: "mixed", timed: true },
  "translation/held-out": { part: "translations", construction: "mixed", timed: false },
  "two-hop": { part: "two-hop", construction: "mixed", timed: false },
  "two-hop/first": { part: "two-hop", construction: "memory", timed: false },
  "two-hop/second": { part: "two-hop", construction: "memory", timed: false },
  dated: memory("dated"),
  arithmetic: { part: "arithmetic", construction: "mixed", timed: false },
  rule: { part: "rules", construction: "rule", timed: false },
  "rule-twin": { part: "rules", construction: "memory", timed: false },
};

/** The part a kind's documents stand in. */
export function partOf(kind: string): string {
  const known = kinds[kind];
  if (known === undefined) throw new TypeError(`no kind ${kind}`);
  return known.part;
}
