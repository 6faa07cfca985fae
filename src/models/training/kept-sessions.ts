import type { OnnxModel } from "../../graph/onnx.ts";
import { type GraphSession, openSession, type SessionOptions } from "../../graph/session.ts";

/** Loaded graphs, kept for the next call; every kind of graph a caller asks for is held until disposal. */
export class KeptSessions implements AsyncDisposable {
  readonly #sessions = new Map<string, Promise<GraphSession>>();

  /** Graphs loaded so far. */
  get count(): number {
    return this.#sessions.size;
  }

  /** The session of a graph; `name` tells it from others of the same model. */
  open(
    name: string,
    build: () => OnnxModel,
    { threads, device }: SessionOptions,
  ): Promise<GraphSession> {
    const key = JSON.stringify([name, threads, device]);
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const session = openSession(build(), { threads, device });
    this.#sessions.set(key, session);
    session.catch(() => this.#sessions.delete(key));
    return session;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.allSettled(
      sessions.map(async (session) => (await session)[Symbol.asyncDispose]()),
    );
  }
}
