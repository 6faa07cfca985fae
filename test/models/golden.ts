import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = "../shared/data/golden/transformers";

/** True where the reference values lie beside the project; tests that need them are skipped elsewhere. */
export const hasGolden = existsSync(root);

export interface GoldenGradient {
  readonly shape: readonly number[];
  readonly l2: number;
  readonly index: readonly number[];
  readonly value: readonly number[];
}

export interface GoldenSequence {
  readonly id: string;
  readonly input_ids: readonly number[];
  readonly loss: number;
  readonly logprobs: readonly number[];
  readonly argmax: readonly number[];
  /** Logits at some positions, the last among them. */
  readonly logits: Readonly<Record<string, readonly number[]>>;
  readonly last_position: number;
  readonly gradients?: Readonly<Record<string, GoldenGradient>>;
}

export interface GoldenModel {
  readonly sequences: readonly GoldenSequence[];
  readonly batch_right: {
    readonly loss: number;
    readonly gradients: Readonly<Record<string, GoldenGradient>>;
  };
  readonly batch_left: { readonly logprobs_of_real_tokens: readonly (readonly number[])[] };
}

export function goldenFolder(name: string): string {
  return join(root, name);
}

export function readGolden(name: string): GoldenModel {
  return JSON.parse(readFileSync(join(root, name, "io.json"), "utf8")) as GoldenModel;
}

export function readGoldenFile(name: string): unknown {
  return JSON.parse(readFileSync(join(root, name), "utf8"));
}
