/** The outside world as commands see it: two streams out, one in, a signal and progress. */
import type { Readable, Writable } from "node:stream";
import { fileError } from "../base/files.ts";
import type { OnProgress, Progress } from "../base/progress.ts";
import { ProgressLine } from "./progress-line.ts";

const FLUSH_CHARACTERS = 1 << 16;

/** Thrown by writes after the reader of our output has gone (`rote search … | head -1`). */
export class BrokenPipe extends Error {
  override readonly name = "BrokenPipe";
}

/** Text out, gathered into larger writes; `flush` hands on what is gathered. */
export class TextSink {
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly #stream: Writable;
  readonly #beforeWrite: () => void;
  #gathered = "";
  #error: Error | undefined;

  constructor(stream: Writable & Terminal, beforeWrite: () => void = () => undefined) {
    this.#stream = stream;
    this.#beforeWrite = beforeWrite;
    this.isTerminal = stream.isTTY === true;
    this.columns = stream.columns ?? 80;
    stream.on("error", (error: NodeJS.ErrnoException) => {
      this.#error = error.code === "EPIPE" ? new BrokenPipe("broken pipe") : named(error);
    });
  }

  async write(text: string): Promise<void> {
    this.#gathered += text;
    if (this.#gathered.length >= FLUSH_CHARACTERS) await this.flush();
  }

  /** Write a value as one line of JSON. */
  async writeJson(value: unknown): Promise<void> {
    await this.write(`${JSON.stringify(value)}\n`);
  }

  async flush(): Promise<void> {
    const text = this.#gathered;
    this.#gathered = "";
    if (this.#error !== undefined) throw this.#error;
    if (text === "") return;
    this.#beforeWrite();
    await new Promise<void>((resolve) => {
      // The stream's "error" event tells what went wrong; the callback only says when.
      this.#stream.write(text, () => {
        setImmediate(resolve);
      });
    });
    // Read anew: the event sets it while the write is under way.
    const error = this.#failure();
    if (error !== undefined) throw error;
  }

  #failure(): Error | undefined {
    return this.#error;
  }
}

function named(error: Error): Error {
  const known = fileError("standard output", error);
  return known instanceof Error ? known : error;
}

interface Terminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface CommandIo {
  /** Data. */
  readonly stdout: TextSink;
  readonly stdin: Readable;
  /** Aborts on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** Key for model servers (ROTE_API_KEY); never stored or shown. */
  readonly apiKey: string | undefined;
  /** Draws on a terminal, silent otherwise and with --quiet. */
  readonly onProgress: OnProgress;
  /** The command line as typed, for provenance. */
  readonly commandLine: string;
  /** A line of conversation on standard error; silent with --quiet. */
  readonly say: (line: string) => void;
  /** Milliseconds since some moment: for rates shown to people, never for results. */
  readonly now: () => number;
}

export interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable & Terminal;
  readonly stderr: Writable & Terminal;
}

/** The world of one command. `done` takes the progress line away and writes what is gathered. */
export function openIo(
  { stdin, stdout, stderr }: Streams,
  {
    signal,
    commandLine,
    quiet,
    apiKey,
  }: Pick<CommandIo, "signal" | "commandLine" | "apiKey"> & { readonly quiet: boolean },
): CommandIo & { done(): Promise<void>; clear(): void } {
  endOnAbort(stdin, signal);
  const now = (): number => performance.now();
  const draws = stderr.isTTY === true && !quiet;
  const line = new ProgressLine(
    { write: (text) => stderr.write(text), columns: stderr.columns ?? 80 },
    now,
  );
  const clear = (): void => {
    line.clear();
  };
  const sink = new TextSink(stdout, clear);
  return {
    stdout: sink,
    stdin,
    signal,
    commandLine,
    apiKey,
    now,
    onProgress: draws
      ? (progress: Progress) => {
          line.update(progress);
        }
      : () => undefined,
    say(text) {
      if (quiet) return;
      line.clear();
      stderr.write(`${text}\n`);
    },
    async done() {
      line.clear();
      await sink.flush();
    },
    clear,
  };
}

/** Whoever waits for input that does not come learns of the signal as an error of the stream. */
function endOnAbort(stdin: Readable, signal: AbortSignal): void {
  const end = (): void => {
    stdin.on("error", () => undefined).destroy(signal.reason as Error);
  };
  signal.addEventListener("abort", end, { once: true });
}
