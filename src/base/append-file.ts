/** A file that is written from its start to its end, in large pieces. */
import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { assert } from "./errors.ts";
import { fileError } from "./files.ts";

const BUFFER_BYTES = 1 << 20;

/** Writes block the calling thread; memory holds at most a megabyte that is not yet written. */
export class AppendFile implements Disposable {
  readonly path: string;
  readonly #descriptor: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #buffered = 0;
  #written: number;
  #isOpen = true;

  /** Begin a file, or go on with one behind its first `byteLength` bytes. */
  constructor(path: string, byteLength = 0) {
    this.path = path;
    this.#written = byteLength;
    this.#descriptor = this.#attempt(() => openSync(path, byteLength === 0 ? "w" : "r+"));
    this.#attempt(() => {
      ftruncateSync(this.#descriptor, byteLength);
    });
  }

  /** Bytes of the file so far. */
  get byteLength(): number {
    return this.#written + this.#buffered;
  }

  append(bytes: Uint8Array): void {
    if (this.#buffered + bytes.byteLength > BUFFER_BYTES) this.flush();
    if (bytes.byteLength >= BUFFER_BYTES) {
      this.#write(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.byteLength;
  }

  appendText(text: string): void {
    // Three bytes a UTF-16 unit are always enough.
    if (this.#buffered + 3 * text.length > BUFFER_BYTES) this.flush();
    if (3 * text.length > BUFFER_BYTES) this.append(Buffer.from(text));
    else this.#buffered += this.#buffer.write(text, this.#buffered);
  }

  /** Hand everything to the system. What cannot be written stays here, to be tried again. */
  flush(): void {
    const length = this.#buffered;
    this.#write(this.#buffer.subarray(0, length));
    this.#buffered = 0;
  }

  /** Hand everything to the disk. */
  sync(): void {
    this.flush();
    this.#attempt(() => {
      fsyncSync(this.#descriptor);
    });
  }

  /** Close the file; what was not flushed is lost. */
  [Symbol.dispose](): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }

  #write(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.byteLength;)
      start += this.#attempt(() =>
        writeSync(this.#descriptor, bytes, start, bytes.byteLength - start, this.#written + start),
      );
    this.#written += bytes.byteLength;
  }

  #attempt<T>(action: () => T): T {
    assert(this.#isOpen, `${this.path} is open`);
    try {
      return action();
    } catch (error) {
      throw fileError(this.path, error);
    }
  }
}
