import { RoteError } from "../base/errors.ts";

/** A line that was left out of a pass, and why. */
export interface SkippedLine {
  readonly path: string;
  readonly line: number;
  readonly reason: string;
}

/** Listed in full up to here, counted beyond: a file of another kind would list all its lines. */
export const LISTED_LINES = 1000;

const skipMalformedWayOut = "--skip-malformed counts and lists such lines instead";

/** What one pass over a corpus mended, left out or refused. */
export class Tally {
  /** Invalid UTF-8 sequences that became U+FFFD. */
  replacedCharacters = 0;
  /** Lines without content, which hold no document. */
  emptyLines = 0;
  skippedLines = 0;
  readonly skipped: SkippedLine[] = [];
  readonly skipsMalformed: boolean;

  constructor({ skipMalformed = false }: { readonly skipMalformed?: boolean } = {}) {
    this.skipsMalformed = skipMalformed;
  }

  /** Note a malformed line, or throw where such lines are not to be skipped. */
  malformed(
    path: string,
    line: number,
    reason: string,
    wayOut: string = skipMalformedWayOut,
  ): void {
    if (this.skipsMalformed) {
      this.skippedLines += 1;
      if (this.skipped.length < LISTED_LINES) this.skipped.push({ path, line, reason });
      return;
    }
    throw new RoteError("corpus/malformed", `${path}:${line} ${reason}; ${wayOut}`, { path, line });
  }
}
