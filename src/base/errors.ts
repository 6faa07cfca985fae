/** What kind of mistake an error reports. Branch on the code, never on the message. */
export type ErrorCode =
  | "usage"
  | "file/missing"
  | "file/unreadable"
  | "file/unwritable"
  | "file/truncated"
  | "file/malformed"
  | "text/empty-phrase"
  | "text/policy-mismatch"
  | "tokenizer/unsupported"
  | "tokenizer/malformed"
  | "corpus/unsupported"
  | "corpus/malformed"
  | "corpus/empty"
  | "corpus/changed"
  | "model/unsupported"
  | "model/malformed"
  | "model/missing-tensor"
  | "model/cannot"
  | "server/unreachable"
  | "server/refused"
  | "server/malformed"
  | "graph/unavailable"
  | "graph/invalid"
  | "task/malformed"
  | "task/empty"
  | "count/limit"
  | "count/mismatch"
  | "count/incomplete"
  | "index/missing"
  | "index/malformed"
  | "index/truncated"
  | "index/unfinished"
  | "index/mismatch"
  | "study/malformed"
  | "study/unknown-key"
  | "study/mismatch"
  | "measure/contradiction"
  | "interrupted"
  | "internal";

/** Every error this package throws on purpose. `detail` holds the values named in the message. */
export class RoteError extends Error {
  override readonly name = "RoteError";
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    detail: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.detail = detail;
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Throw unless an invariant of this package holds; a failure is our own mistake, not the user's. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition)
    throw new RoteError("internal", `invariant broken: ${message}; please report this`);
}

/** The candidate nearest to `word` by edit distance, or undefined where none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.ceil(word.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
