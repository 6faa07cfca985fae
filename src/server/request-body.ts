/** Bodies of requests, within limits. */
import type { IncomingMessage } from "node:http";

/** Why a request is turned away. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Bytes of bodies and answers that the server holds, all connections together. */
export class HeldBytes {
  readonly #most: number;
  #held = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Take room; an error where there is none. */
  take(bytes: number): void {
    if (this.#held + bytes > this.#most)
      throw new HttpError(503, "too much is being asked at once; ask again later");
    this.#held += bytes;
  }

  give(bytes: number): void {
    this.#held -= bytes;
  }
}

/** What one exchange holds of them, until it is over. */
export class Holding {
  readonly #all: HeldBytes;
  #bytes = 0;
  #isOver = false;

  constructor(all: HeldBytes) {
    this.#all = all;
  }

  /** Take room; an error where there is none, or nobody to hold it for. */
  take(bytes: number): void {
    if (this.#isOver) throw new HttpError(400, "the client has gone");
    this.#all.take(bytes);
    this.#bytes += bytes;
  }

  give(bytes: number): void {
    if (this.#isOver) return;
    this.#all.give(bytes);
    this.#bytes -= bytes;
  }

  /** Give back all of it. */
  end(): void {
    this.give(this.#bytes);
    this.#isOver = true;
  }
}

/** A body of at most so many bytes. What is turned away is read no further; the caller lets the rest go by. */
export async function readBody(
  request: IncomingMessage,
  { bytes: most, onBytes }: { readonly bytes: number; readonly onBytes: (bytes: number) => void },
): Promise<string> {
  const tooLarge = (): HttpError =>
    new HttpError(413, `a body must have at most ${most} bytes; send fewer requests at once`);
  if (Number(request.headers["content-length"] ?? 0) > most) throw tooLarge();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const fail = (error: Error): void => {
      request.off("data", onData);
      chunks.length = 0;
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > most) {
        fail(tooLarge());
        return;
      }
      try {
        onBytes(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        fail(error as HttpError);
      }
    };
    request.on("data", onData);
    request.once("end", () => {
      resolve(Buffer.concat(chunks).toString());
    });
    request.once("error", fail);
    request.once("close", () => {
      fail(new HttpError(400, "the request ended early"));
    });
  });
}
