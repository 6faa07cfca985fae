/** Fields of one request, checked as they are read. */
import { nearest } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";

/**
 * Why a request has no answer. "malformed": it is no request (a field is missing or unknown);
 * "refused": what it asks for cannot be asked.
 */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly kind: "malformed" | "refused";

  constructor(kind: "malformed" | "refused", message: string) {
    super(message);
    this.kind = kind;
  }
}

/** For every type of query. The last three are taken and ignored, as by the original server. */
const commonFields = ["index", "corpus", "query_type", "engine", "source", "timestamp"];

export class RequestFields {
  readonly #record: Readonly<Record<string, unknown>>;

  constructor(request: unknown) {
    if (!isRecord(request))
      throw new RequestError(
        "malformed",
        `a request must be a JSON object, got ${kindOf(request)}`,
      );
    this.#record = request;
  }

  /** Refuse a field that is neither common nor among these: it would be ignored silently. */
  allow(names: readonly string[]): void {
    const known = [...commonFields, ...names];
    const unknown = Object.keys(this.#record).find((name) => !known.includes(name));
    if (unknown === undefined) return;
    const near = nearest(unknown, known);
    throw new RequestError(
      "malformed",
      `Unknown field: ${unknown}${near === undefined ? "" : `; did you mean ${near}?`}`,
    );
  }

  has(name: string): boolean {
    return this.#record[name] !== undefined;
  }

  get(name: string): unknown {
    return this.#record[name];
  }

  /** A string that must be there. */
  string(name: string): string {
    const value = this.#record[name];
    if (value === undefined) throw new RequestError("malformed", `Missing required field: ${name}`);
    if (typeof value === "string") return value;
    throw new RequestError("refused", `${name} must be a string, got ${kindOf(value)}`);
  }

  /** True or false; false where it is not there. */
  flag(name: string): boolean {
    const value = this.#record[name] ?? false;
    if (typeof value === "boolean") return value;
    throw new RequestError("refused", `${name} must be true or false, got ${kindOf(value)}`);
  }

  /** A whole number from `minimum` to `maximum`; one that must be there where no default is given. */
  integer(
    name: string,
    {
      minimum = 0,
      maximum = Infinity,
      fallback,
    }: { readonly minimum?: number; readonly maximum?: number; readonly fallback?: number },
  ): number {
    const value = this.#record[name] ?? fallback;
    if (value === undefined) throw new RequestError("malformed", `Missing required field: ${name}`);
    if (Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum)
      return value as number;
    throw new RequestError(
      "refused",
      maximum === Infinity
        ? `${name} must be an integer of at least ${minimum}`
        : `${name} must be an integer in range [${minimum}, ${maximum}]`,
    );
  }
}

/** What a JSON value is, in a word. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
