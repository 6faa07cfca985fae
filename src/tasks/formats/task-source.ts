/** What every reader of a public format gives: examples, examples to show, and what was left out. */
import type { Example } from "../task.ts";

/** A row that is no example, and why. */
export interface SkippedRow {
  /** FILE:LINE. */
  readonly place: string;
  readonly reason: string;
}

/** A task as its files hold it. */
export interface TaskSource {
  /** Those read, in order. */
  readonly files: readonly string[];
  readonly examples: readonly Example[];
  /** Solved examples that a prompt may show, apart from those evaluated; none where a format keeps none. */
  readonly demonstrations: readonly Example[];
  readonly skipped: readonly SkippedRow[];
}

/** What a reader collects row by row. */
export class SourceBuilder implements TaskSource {
  readonly files: string[] = [];
  readonly examples: Example[] = [];
  readonly demonstrations: Example[] = [];
  readonly skipped: SkippedRow[] = [];

  /** Keep an example, or list why there is none. */
  add(found: Example | string, place: string, use: "evaluated" | "shown" = "evaluated"): void {
    if (typeof found === "string") this.skipped.push({ place, reason: found });
    else if (use === "shown") this.demonstrations.push(found);
    else this.examples.push(found);
  }
}
