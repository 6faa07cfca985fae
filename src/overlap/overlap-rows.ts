/** What is told of each example, and the sums by which it is gathered document by document. */

/** A side of an example, or both of them in one document. */
export type OverlapPart = "input" | "output" | "both";

/** What stands in the corpus of one part of one example, at one length. */
export interface OverlapRow {
  /** The example's. */
  readonly id: string;
  readonly part: OverlapPart;
  /** Words of an n-gram. */
  readonly n: number;
  /** Words of the part. */
  readonly words: number;
  /** n-grams that the corpus holds; of "both" those that stand in a document with one of the other side. */
  readonly matched: number;
  /** n-grams of the part, repeated ones included. In "both" a side of fewer words counts as one, whole; alone it has none. */
  readonly total: number;
  /** Words of the longest match of at least n words; of "both" the sum of both sides' in one document. 0 where there is none. */
  readonly longest: number;
  /** The most words that matches of at least n words cover in one document. */
  readonly covered: number;
  /** Documents that hold a match as long as the longest. */
  readonly df: number;
  /** The first of them. */
  readonly documents: readonly string[];
  /** True where the part has fewer than n words; of "both" where a side has. */
  readonly short: boolean;
}

/** The longest match so far, and who holds one so long. */
export class LongestMatch {
  length = 0;
  df = 0;
  readonly documents: string[] = [];

  /** Note a match of so many words in a document; at most `keep` documents are named. */
  note(length: number, document: string, keep: number): void {
    if (length < this.length || length === 0) return;
    if (length > this.length) {
      [this.length, this.df] = [length, 0];
      this.documents.length = 0;
    }
    this.df++;
    if (this.documents.length < keep) this.documents.push(document);
  }
}
