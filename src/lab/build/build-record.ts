/**
 * What a build remembers, in build.json: how long each step took, and what the card was made from. All
 * other steps are recognized by their own files.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { exists, hashFile, readJsonObject, writeAtomically } from "../../base/files.ts";
import { canonicalJson, isRecord, sha256 } from "../../base/json.ts";
import { provenance } from "../../base/provenance.ts";
import { cardFile } from "../calibration/calibrate-world.ts";
import { partsFolder } from "../truth/truth-file.ts";

const recordFile = "build.json";

/** What a card was made from, and the card, by their hashes. */
interface CardRecord {
  readonly from: string;
  readonly wrote: string;
}

/** The record of a build, written anew after each step. */
export class BuildRecord {
  readonly #out: string;
  readonly #command: string;
  readonly #seconds: Record<string, number>;
  #card: unknown;
  #writing: Promise<void> = Promise.resolve();

  private constructor(out: string, command: string, saved: Readonly<Record<string, unknown>>) {
    this.#out = out;
    this.#command = command;
    this.#seconds = isRecord(saved.seconds) ? { ...(saved.seconds as Record<string, number>) } : {};
    this.#card = saved.card;
  }

  static async open(out: string, command: string): Promise<BuildRecord> {
    return new BuildRecord(out, command, await readRecord(out));
  }

  /** Keep how long a step took. */
  finish(step: string, seconds: number): void {
    this.#seconds[step] = Number(seconds.toFixed(1));
    this.#save();
  }

  /** Keep what the card that lies in the folder was made from. */
  async keepCard(): Promise<void> {
    this.#card = await describeCard(this.#out);
    this.#save();
  }

  /** Writes follow one another; an error of any is thrown here. */
  async close(): Promise<void> {
    await this.#writing;
  }

  #save(): void {
    const [seconds, card] = [this.#seconds, this.#card];
    const made = provenance(0, this.#command);
    const record = { schema: 1, seconds, ...(card !== undefined && { card }), provenance: made };
    const text = `${JSON.stringify(record, null, 2)}\n`;
    this.#writing = this.#writing.then(() => writeAtomically(join(this.#out, recordFile), text));
    // Thrown by close.
    this.#writing.catch(() => undefined);
  }
}

/** Whether the card of a world is the one that its last build made, from the truth that is there. */
export async function isCardCurrent(out: string): Promise<boolean> {
  if (!(await exists(join(out, cardFile)))) return false;
  const { card } = await readRecord(out);
  return isRecord(card) && canonicalJson(card) === canonicalJson(await describeCard(out));
}

async function describeCard(out: string): Promise<CardRecord> {
  const parts = (await readdir(join(out, partsFolder)).catch(() => []))
    .filter((name) => name.endsWith(".parquet"))
    .sort()
    .map((name) => join(out, partsFolder, name));
  const hashes = await Promise.all([join(out, "manifest.jsonl"), ...parts].map(hashFile));
  return { from: sha256(hashes.join("\n")), wrote: await hashFile(join(out, cardFile)) };
}

async function readRecord(out: string): Promise<Readonly<Record<string, unknown>>> {
  const path = join(out, recordFile);
  return (await exists(path)) ? readJsonObject(path) : {};
}
