/** What a world plants: items, the documents that state them, and the words of its manifest. */
import type { Json } from "../../base/json.ts";

/** What by construction answers the items of a kind. */
export type Construction = "memory" | "rule" | "mixed";

/** A question and how often it stands in the corpus with and without its answer. */
export interface Question {
  /** Noun phrase or problem: "capital of Peru". */
  readonly a: string;
  readonly b: string;
  /** Documents that answer it, rightly or not: the doses of all answers of `a`. */
  readonly total: number;
  /** Documents that hold `a` without any of its answers; absent where the base text may, too: then counted. */
  readonly mentions?: number;
}

/** One thing whose repetitions are known. */
export interface Item {
  readonly item: string;
  readonly kind: string;
  /** The exact phrase whose document frequency is `dose`. */
  readonly text: string;
  readonly dose: number;
  /** What a subset of the corpus keeps or leaves out as a whole. */
  readonly group: string;
  /** What a model is given. */
  readonly context: string;
  /** The recalled part, as it follows the context. */
  readonly target: string;
  /** Possible targets, the right one among them. */
  readonly choices?: readonly string[];
  /** The words an item is about (name, number, answer): no run of 8 words that holds one may leak. */
  readonly variable: string;
  readonly question?: Question;
  /** Further columns of the manifest. */
  readonly details?: Readonly<Record<string, Json>>;
}

/** A document to be inserted between those of the base text. */
export interface Insertion {
  /** The file it stands in, which has one source and one licence. */
  readonly part: string;
  readonly kind: string;
  readonly text: string;
  /** Items it states. */
  readonly items: readonly string[];
  /** Absent for background that every arm with insertions holds. */
  readonly group?: string;
  /** In [0, 1): an injection level L keeps the documents below it. Ranks of an item are evenly spaced. */
  readonly rank: number;
  /** Metadata of the document, such as `synthetic` or `date`. */
  readonly meta?: Readonly<Record<string, Json>>;
}

/** The items of a kind and the documents made for them. */
export interface Planting {
  readonly items: readonly Item[];
  readonly insertions: readonly Insertion[];
}

/** Several plantings as one. */
export function gather(plantings: readonly Planting[]): Planting {
  return {
    items: plantings.flatMap(({ items }) => items),
    insertions: plantings.flatMap(({ insertions }) => insertions),
  };
}
