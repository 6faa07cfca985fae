/**
 * A fixed set of worker threads that answer requests of one kind.
 *
 * A worker module calls `answerRequests(handler)`; the pool sends each request to a free worker
 * and keeps the order of answers to the caller. Errors cross the border with their code.
 */
import { parentPort, Worker } from "node:worker_threads";
import { RoteError } from "./errors.ts";
import { asError, asFailure, type Failure } from "./failure.ts";

interface Answer {
  readonly value?: unknown;
  readonly error?: Failure;
}

interface Waiting {
  readonly request: unknown;
  /** The worker that must answer, where not any may. */
  readonly worker?: Worker;
  readonly transfer: readonly ArrayBuffer[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface WorkerPool<Request, Response> extends AsyncDisposable {
  readonly size: number;
  run(request: Request, transfer?: readonly ArrayBuffer[]): Promise<Response>;
  /** Send one request to every worker; answers come in the order of the workers. */
  runOnEach(request: Request): Promise<readonly Response[]>;
}

/** Start `size` workers of a module; `workerData` reaches each of them. */
export function createWorkerPool<Request, Response>(
  module: URL,
  { size, workerData }: { readonly size: number; readonly workerData?: unknown },
): WorkerPool<Request, Response> {
  const idle: Worker[] = [];
  const workers: Worker[] = [];
  const queue: Waiting[] = [];
  const busy = new Map<Worker, Waiting>();
  let disposed = false;
  let failure: { readonly error: unknown } | undefined;

  const dispatch = (): void => {
    for (const worker of idle.splice(0)) {
      const next = queue.findIndex((waiting) => (waiting.worker ?? worker) === worker);
      const [waiting] = next < 0 ? [] : queue.splice(next, 1);
      if (waiting === undefined) {
        idle.push(worker);
        continue;
      }
      busy.set(worker, waiting);
      worker.postMessage(waiting.request, waiting.transfer);
    }
  };
  /** A worker that died has lost its request: the pool answers nothing more. */
  const fail = (error: unknown): void => {
    failure ??= { error };
    for (const waiting of [...busy.values(), ...queue.splice(0)]) waiting.reject(error);
    busy.clear();
  };
  for (let i = 0; i < size; i++) {
    const worker = new Worker(module, { workerData });
    workers.push(worker);
    idle.push(worker);
    worker.on("message", (answer: Answer) => {
      const waiting = busy.get(worker);
      busy.delete(worker);
      idle.push(worker);
      if (answer.error === undefined) waiting?.resolve(answer.value);
      else waiting?.reject(asError(answer.error));
      dispatch();
    });
    worker.on("error", fail);
    worker.on("exit", (code) => {
      if (code !== 0 && !disposed)
        fail(new RoteError("internal", `a worker of ${module.pathname} ended with code ${code}`));
    });
    worker.unref();
  }
  const send = (waiting: Pick<Waiting, "request" | "transfer" | "worker">): Promise<Response> =>
    new Promise<Response>((resolve, reject) => {
      if (failure !== undefined) throw failure.error;
      queue.push({ ...waiting, resolve: resolve as (value: unknown) => void, reject });
      for (const worker of workers) worker.ref();
      dispatch();
    }).finally(() => {
      if (busy.size === 0 && queue.length === 0) for (const worker of workers) worker.unref();
    });
  return {
    size,
    run: (request, transfer = []) => send({ request, transfer }),
    runOnEach: (request) =>
      Promise.all(workers.map((worker) => send({ request, transfer: [], worker }))),
    async [Symbol.asyncDispose]() {
      disposed = true;
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** Inside a worker module: answer every request of the pool. */
export function answerRequests<Response>(
  handler: (request: never) => Promise<Response> | Response,
  transferOf: (response: Response) => readonly ArrayBuffer[] = () => [],
): void {
  const port = parentPort;
  if (port === null)
    throw new RoteError("internal", "answerRequests was called outside a worker thread");
  port.on("message", (request: unknown) => {
    void (async () => {
      try {
        const value = await handler(request as never);
        port.postMessage({ value } satisfies Answer, transferOf(value));
      } catch (error) {
        port.postMessage({ error: asFailure(error) } satisfies Answer);
      }
    })();
  });
}
