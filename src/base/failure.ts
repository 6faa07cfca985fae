/** Errors as plain data, which can be sent to another thread. */
import { type ErrorCode, messageOf, RoteError } from "./errors.ts";

export interface Failure {
  readonly message: string;
  readonly code?: ErrorCode;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** What of an error reaches another thread: not its stack, nor its cause. */
export function asFailure(error: unknown): Failure {
  const message = messageOf(error);
  return error instanceof RoteError
    ? { message, code: error.code, detail: error.detail }
    : { message };
}

/** The error that a failure tells of. */
export function asError({ message, code, detail }: Failure): Error {
  return code === undefined ? new Error(message) : new RoteError(code, message, detail);
}
