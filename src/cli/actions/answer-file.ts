/**
 * Answers that are written to a file group by group, so that a command that was killed goes on
 * behind its last whole group. Until all are there they stand in FILE.partial, beside it what they
 * answer in FILE.partial.json; then the one is renamed to FILE and the other removed. Only whole
 * groups are kept, for what is scored together decides the last digits.
 */
import { createReadStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { AppendFile } from "../../base/append-file.ts";
import { RoteError } from "../../base/errors.ts";
import {
  exists,
  fileError,
  readJsonObject,
  replaceablePath,
  writeAtomically,
} from "../../base/files.ts";

/** What answers depend on, by names that errors give. */
export type Question = Readonly<Record<string, string | boolean | null>>;

export interface AnswerFileOptions {
  readonly question: Question;
  /** Answers to a group. */
  readonly groupSize: number;
  /** Go on behind what an earlier run has left. */
  readonly resume: boolean;
}

export class AnswerFile implements Disposable {
  readonly path: string;
  /** Answers of earlier runs. */
  readonly kept: number;
  readonly #file: AppendFile;
  #count: number;

  private constructor(path: string, { count, byteLength }: Kept) {
    this.path = path;
    this.kept = count;
    this.#count = count;
    this.#file = new AppendFile(partialOf(path), byteLength);
  }

  /** Begin the answers to a question, or go on with them. */
  static async open(
    name: string,
    { question, groupSize, resume }: AnswerFileOptions,
  ): Promise<AnswerFile> {
    const path = await replaceablePath(name);
    const partial = partialOf(path);
    const isThere = await exists(partial);
    if (isThere && !resume)
      throw new RoteError(
        "usage",
        `${partial} is there already and holds answers of an earlier run; go on with it with --resume, or remove it`,
        { path: partial },
      );
    if (isThere) await checkQuestion(partial, question);
    else await writeAtomically(questionOf(path), `${JSON.stringify(question, null, 2)}\n`);
    return new AnswerFile(path, isThere ? await keptIn(partial, groupSize) : nothing);
  }

  /** Answers so far, those of earlier runs included. */
  get count(): number {
    return this.#count;
  }

  /** Add the answers to a group; they survive the process from here on. */
  append(answers: readonly unknown[]): void {
    for (const answer of answers) this.#file.appendText(`${JSON.stringify(answer)}\n`);
    this.#file.flush();
    this.#count += answers.length;
  }

  /** Give the file its name. */
  async finish(): Promise<void> {
    this.#file.sync();
    await rename(partialOf(this.path), this.path).catch((error: unknown) => {
      throw fileError(this.path, error);
    });
    await rm(questionOf(this.path), { force: true });
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

interface Kept {
  readonly count: number;
  readonly byteLength: number;
}

const nothing: Kept = { count: 0, byteLength: 0 };

function partialOf(path: string): string {
  return `${path}.partial`;
}

function questionOf(path: string): string {
  return `${partialOf(path)}.json`;
}

async function checkQuestion(partial: string, question: Question): Promise<void> {
  const earlier = await readJsonObject(`${partial}.json`);
  const names = Object.keys(question).filter((name) => earlier[name] !== question[name]);
  if (names.length === 0) return;
  const changes = names.map(
    (name) => `${name} was ${String(earlier[name])} and is ${question[name]}`,
  );
  throw new RoteError(
    "usage",
    `${partial} answers another question (${changes.join("; ")}); ask the same one, or remove it`,
    { path: partial, changed: names },
  );
}

/** The answers of whole groups. */
async function keptIn(path: string, groupSize: number): Promise<Kept> {
  let [lines, bytes, kept] = [0, 0, nothing];
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1))
      if (++lines % groupSize === 0) kept = { count: lines, byteLength: bytes + at + 1 };
    bytes += chunk.byteLength;
  }
  return kept;
}
