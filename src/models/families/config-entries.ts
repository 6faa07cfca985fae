/**
 * A config.json, read key by key. Its spelling differs between families and over time: a key can be
 * given by all its names, the first that is there counts.
 */
import { RoteError } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";

type Names = string | readonly string[];

/** The entries of a config.json; `path` names it in errors. */
export class ConfigEntries {
  readonly path: string;
  readonly #entries: Readonly<Record<string, unknown>>;

  constructor(entries: Readonly<Record<string, unknown>>, path: string) {
    this.#entries = entries;
    this.path = path;
  }

  /** The first entry that is neither missing nor null. */
  get(names: Names): unknown {
    return this.#find(names)?.value;
  }

  /** Whether there is such an entry. */
  has(names: Names): boolean {
    return this.#find(names) !== undefined;
  }

  /** A positive whole number. */
  size(names: Names, fallback?: number): number {
    const { key, value } = this.#find(names) ?? { key: first(names), value: fallback };
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
    return this.#malformed(key, "a positive whole number", value);
  }

  /** A positive whole number, or undefined where there is none. */
  optionalSize(names: Names): number | undefined {
    return this.has(names) ? this.size(names) : undefined;
  }

  /** A positive finite number. */
  positive(names: Names, fallback?: number): number {
    const { key, value } = this.#find(names) ?? { key: first(names), value: fallback };
    if (typeof value === "number" && value > 0 && value < Infinity) return value;
    return this.#malformed(key, "a positive number", value);
  }

  /** A positive finite number, or undefined where there is none. */
  optionalPositive(names: Names): number | undefined {
    return this.has(names) ? this.positive(names) : undefined;
  }

  flag(names: Names, fallback: boolean): boolean {
    const { key, value } = this.#find(names) ?? { key: first(names), value: fallback };
    return typeof value === "boolean" ? value : this.#malformed(key, "true or false", value);
  }

  /** What stands for one of the values that a family knows. */
  choice<T>(names: Names, choices: Readonly<Record<string, T>>, fallback: string): T {
    const { key, value } = this.#find(names) ?? { key: first(names), value: fallback };
    if (typeof value === "string" && Object.hasOwn(choices, value)) return choices[value]!;
    const known = Object.keys(choices).map((choice) => JSON.stringify(choice));
    return this.fail(
      `${key} ${JSON.stringify(value)} is not supported; only ${known.join(" and ")} ${known.length === 1 ? "is" : "are"}`,
    );
  }

  /** A mapping inside, under the same rules; empty where there is none. */
  section(names: Names): ConfigEntries {
    const value = this.get(names);
    return new ConfigEntries(isRecord(value) ? value : {}, this.path);
  }

  /** Refuse the model for a reason. */
  fail(reason: string): never {
    throw new RoteError("model/unsupported", `${this.path}: ${reason}`, { path: this.path });
  }

  #find(names: Names): { readonly key: string; readonly value: unknown } | undefined {
    for (const key of typeof names === "string" ? [names] : names) {
      const value = this.#entries[key];
      if (value !== undefined && value !== null) return { key, value };
    }
    return undefined;
  }

  #malformed(key: string, expected: string, value: unknown): never {
    throw new RoteError(
      "model/malformed",
      `${this.path}: ${key} must be ${expected}, found ${JSON.stringify(value)}`,
      { path: this.path, key, value },
    );
  }
}

function first(names: Names): string {
  return typeof names === "string" ? names : names[0]!;
}
