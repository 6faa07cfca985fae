import { nearest, RoteError } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";

/** What a number must satisfy, and what stands in for it where it is not given. */
export interface Bounds {
  readonly least?: number;
  readonly most?: number;
  readonly above?: number;
  readonly below?: number;
  readonly fallback?: number;
}

/** One mapping of a training configuration: knows its keys, and names itself in errors. */
export class Section {
  readonly #source: string;
  readonly #name: string;
  readonly #entries: Readonly<Record<string, unknown>>;

  constructor(source: string, name: string, value: unknown, keys: readonly string[]) {
    this.#source = source;
    this.#name = name;
    if (!isRecord(value))
      throw new RoteError(
        "study/malformed",
        `${source}: ${name === "" ? "a training configuration" : name} must be a mapping of ${keys.join(", ")}`,
        { name },
      );
    this.#entries = value;
    for (const key of Object.keys(value)) {
      if (keys.includes(key)) continue;
      const near = nearest(key, keys);
      const advice = near === undefined ? `known are ${keys.join(", ")}` : `did you mean ${near}?`;
      throw new RoteError(
        "study/unknown-key",
        `${source} has no key ${this.#path(key)}; ${advice}`,
        { key: this.#path(key), nearest: near },
      );
    }
  }

  has(key: string): boolean {
    return this.#entries[key] !== undefined;
  }

  get(key: string): unknown {
    return this.#entries[key];
  }

  section(key: string, keys: readonly string[], fallback?: object): Section {
    return new Section(this.#source, this.#path(key), this.#entries[key] ?? fallback, keys);
  }

  string(key: string, fallback?: string): string {
    const value = this.#entries[key] ?? fallback;
    return typeof value === "string" ? value : this.#expected(key, "text");
  }

  strings(key: string): readonly string[] {
    const value = this.#entries[key];
    const list: unknown[] = Array.isArray(value) ? value : [value];
    return list.length > 0 && list.every((item) => typeof item === "string")
      ? list
      : this.#expected(key, "text or a list of texts");
  }

  integers(key: string, fallback: readonly number[]): readonly number[] {
    const value = this.#entries[key] ?? fallback;
    return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item > 0)
      ? (value as readonly number[])
      : this.#expected(key, "a list of positive whole numbers");
  }

  integer(key: string, { least = 1, fallback }: Bounds = {}): number {
    const value = this.#entries[key] ?? fallback;
    return typeof value === "number" && Number.isSafeInteger(value) && value >= least
      ? value
      : this.#expected(key, `a whole number of at least ${least}`);
  }

  number(key: string, { least, most, above, below, fallback }: Bounds = {}): number {
    const value = this.#entries[key] ?? fallback;
    const fits =
      typeof value === "number" &&
      value >= (least ?? -Infinity) &&
      value <= (most ?? Infinity) &&
      value > (above ?? -Infinity) &&
      value < (below ?? Infinity);
    if (fits) return value;
    const limits = [
      ...(least === undefined ? [] : [`at least ${least}`]),
      ...(above === undefined ? [] : [`above ${above}`]),
      ...(most === undefined ? [] : [`at most ${most}`]),
      ...(below === undefined ? [] : [`below ${below}`]),
    ];
    return this.#expected(key, `a number ${limits.join(" and ")}`);
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.#entries[key] ?? fallback;
    return typeof value === "boolean" ? value : this.#expected(key, "true or false");
  }

  choice<T extends string>(key: string, choices: readonly T[], fallback: T): T {
    const value = this.#entries[key] ?? fallback;
    return (
      choices.find((choice) => choice === value) ??
      this.#expected(key, `one of ${choices.join(", ")}`)
    );
  }

  /** Throw about a key, or about the section as a whole where the key is empty. */
  fail(key: string, reason: string): never {
    const path = key === "" ? this.#name : this.#path(key);
    throw new RoteError("study/malformed", `${this.#source}: ${path}: ${reason}`, { key: path });
  }

  #expected(key: string, what: string): never {
    return this.fail(
      key,
      `expected ${what}, found ${this.has(key) ? JSON.stringify(this.#entries[key]) : "nothing"}`,
    );
  }

  #path(key: string): string {
    return this.#name === "" ? key : `${this.#name}.${key}`;
  }
}
