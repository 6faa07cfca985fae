/** training.jsonl: one line a step, for the loss curve. */
import { type FileHandle, open } from "node:fs/promises";
import { exists, fileError, readText, writeAtomically } from "../../base/files.ts";
import { isRecord } from "../../base/json.ts";
import type { HeldOutLoss } from "./held-out.ts";

export interface TrainingLogEntry {
  readonly step: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  /** Since the line before; the only number that another run does not repeat. */
  readonly tokensPerSecond: number;
  /** Of the model after the step; after some steps only. */
  readonly heldOut?: HeldOutLoss;
}

export class TrainingLog implements AsyncDisposable {
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Open a log after a step: later lines, and one cut short by a crash, are removed. */
  static async open(path: string, step: number): Promise<TrainingLog> {
    const lines = (await exists(path)) ? (await readText(path)).split("\n") : [];
    const kept = lines.filter((line) => (stepOf(line) ?? Infinity) <= step);
    await writeAtomically(path, kept.map((line) => `${line}\n`).join(""));
    const handle = await open(path, "a").catch((error: unknown) => {
      throw fileError(path, error);
    });
    return new TrainingLog(handle);
  }

  async append(entry: TrainingLogEntry): Promise<void> {
    await this.#handle.appendFile(`${JSON.stringify(entry)}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

function stepOf(line: string): number | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return isRecord(entry) && typeof entry.step === "number" ? entry.step : undefined;
  } catch {
    return undefined;
  }
}
