/**
 * From requests to rows. Requests are put in the order of their ids, so that those with a common
 * beginning stand next to each other; a row takes the next one in where that costs less than a row
 * of its own. What is asked for twice is computed once.
 */
import type { IdsRequest } from "../language-model.ts";
import { estimateRunBytes, type RunLimits } from "./run-memory.ts";
import { type TokenTree, TreeBuilder } from "./token-tree.ts";

/** A request in a row. */
export interface RowRequest {
  /** Its place among the requests. */
  readonly index: number;
  /** Its ids from the first that is scored on. */
  readonly ids: Int32Array;
  /** Which of the row's questions asks for each of them. */
  readonly questions: Int32Array;
  /** Tokens left out at the beginning, for more than the model reads. */
  readonly cutTokens: number;
}

/** Tokens that are read as one row, and the requests that they answer. */
export interface PlannedRow {
  readonly tree: TokenTree;
  readonly requests: readonly RowRequest[];
}

/**
 * Attention over a row of so many tokens costs about as much as all the rest. Rows that share would
 * otherwise grow without end: a token pays for what it does not see, too.
 */
const BALANCED_LENGTH = 512;

/** A sequence may take more memory than a run should; a row that shares it, so many times as much. */
const SHARED_EXCESS = 1.5;

interface Window {
  readonly index: number;
  readonly ids: Int32Array;
  readonly start: number;
  readonly cutTokens: number;
}

/** Plan the rows of checked requests. */
export function planRows(
  requests: readonly IdsRequest[],
  maximumLength: number,
  limits: RunLimits,
): PlannedRow[] {
  const windows = requests.map((request, index) => windowOf(request, index, maximumLength));
  windows.sort((a, b) => compareIds(a.ids, b.ids) || a.index - b.index);
  const rows: PlannedRow[] = [];
  let builder = new TreeBuilder();
  let answered: RowRequest[] = [];
  const close = (): void => {
    if (answered.length > 0) rows.push({ tree: builder.build(), requests: answered });
    [builder, answered] = [new TreeBuilder(), []];
  };
  for (const window of windows) {
    const { index, ids, start, cutTokens } = window;
    if (!(isCheaper(builder, ids) && fits(builder, window, limits))) close();
    const questions = builder.add(ids, start);
    answered.push({ index, ids: ids.subarray(start), questions, cutTokens });
  }
  close();
  return rows;
}

/** The last `maximumLength` + 1 ids: the last of them is not read. */
function windowOf({ ids, start }: IdsRequest, index: number, maximumLength: number): Window {
  const cutTokens = Math.max(0, ids.length - (maximumLength + 1));
  const kept = Int32Array.from(ids).subarray(cutTokens);
  return { index, ids: kept, start: Math.max(1, start - cutTokens), cutTokens };
}

/** Whether a sequence costs less in the row than alone, where a row of n tokens costs n + n² / BALANCED_LENGTH. */
function isCheaper(builder: TreeBuilder, sequence: Int32Array): boolean {
  const cost = (length: number): number => length + length ** 2 / BALANCED_LENGTH;
  return cost(lengthWith(builder, sequence)) - cost(builder.length) < cost(sequence.length - 1);
}

/** Whether a row with one more sequence stays within memory. */
function fits(builder: TreeBuilder, { ids, start }: Window, limits: RunLimits): boolean {
  const length = lengthWith(builder, ids);
  if (length === builder.length) return true;
  const alone = { rows: 1, length: ids.length - 1, asked: ids.length - start };
  const together = { rows: 1, length, asked: builder.asked + alone.asked };
  const most = Math.max(limits.memory, SHARED_EXCESS * estimateRunBytes(limits, alone));
  return estimateRunBytes(limits, together) <= most;
}

/** Tokens of a row with one more sequence, whose last is not read. */
function lengthWith(builder: TreeBuilder, sequence: Int32Array): number {
  const read = sequence.length - 1;
  return builder.length + read - Math.min(read, builder.shared(sequence));
}

function compareIds(a: Int32Array, b: Int32Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
