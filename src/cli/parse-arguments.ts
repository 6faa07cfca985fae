/**
 * Arguments to typed values, after a command's table. Node's parseArgs splits the line; meaning,
 * bounds and errors are ours, so that every error names the flag, the value and the rule.
 */
import { parseArgs } from "node:util";
import { nearest, RoteError } from "../base/errors.ts";
import {
  type Command,
  everyCommandsFlags,
  type Flag,
  flagName,
  type Positionals,
  type ValueFlag,
} from "./define-command.ts";

export interface ParsedArguments {
  readonly values: Readonly<Record<string, unknown>>;
  readonly help: boolean;
}

interface Occurrence {
  readonly key: string;
  readonly value: string | undefined;
}

/** Parse what follows the command's name. `--help` wins over every other mistake on the line. */
export function parseArguments(command: Command, args: readonly string[]): ParsedArguments {
  const flags: Readonly<Record<string, Flag>> = { ...command.flags, ...everyCommandsFlags };
  const optionTokens = tokensOf(flags, args);
  const help = optionTokens.some(
    (token) => token.kind === "option" && (token.name === "help" || token.name === "h"),
  );
  if (help) return { values: {}, help };

  const occurrences: Occurrence[] = [];
  const positionals: string[] = [];
  for (const token of optionTokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind === "option") occurrences.push(occurrenceOf(flags, token));
  }
  const values: Record<string, unknown> = positionalValues(command.positionals, positionals);
  for (const [key, flag] of Object.entries(command.flags))
    values[key] = flagValue(key, flag, occurrences);
  return { values, help };
}

function tokensOf(flags: Readonly<Record<string, Flag>>, args: readonly string[]): Token[] {
  const options = Object.fromEntries(
    Object.entries(flags).map(([key, flag]) => [
      flagName(key).slice(2),
      { type: flag.value !== undefined ? ("string" as const) : ("boolean" as const) },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens;
}

type Token =
  | { readonly kind: "positional"; readonly value: string }
  | { readonly kind: "option-terminator" }
  | {
      readonly kind: "option";
      readonly name: string;
      readonly rawName: string;
      readonly value: string | undefined;
      readonly inlineValue: boolean | undefined;
    };

function occurrenceOf(
  flags: Readonly<Record<string, Flag>>,
  { rawName, value, inlineValue }: Extract<Token, { kind: "option" }>,
): Occurrence {
  const key = Object.keys(flags).find((candidate) => flagName(candidate) === rawName);
  const flag = key === undefined ? undefined : flags[key];
  if (key === undefined || flag === undefined) throw unknownFlag(rawName, Object.keys(flags));
  if (flag.value === undefined) {
    if (inlineValue === true)
      throw new RoteError("usage", `${rawName} takes no value, got "${value ?? ""}"`);
    return { key, value: undefined };
  }
  // "--out --json": a flag's name is hardly meant as a value; "--out=--json" says that it is.
  const swallowed =
    inlineValue !== true && Object.keys(flags).some((other) => flagName(other) === value);
  if (value === undefined || swallowed)
    throw new RoteError("usage", `${rawName} needs a value: ${rawName} ${flag.value}`);
  return { key, value };
}

function unknownFlag(rawName: string, keys: readonly string[]): RoteError {
  const near = nearest(
    rawName.replace(/^-+/, ""),
    keys.map((key) => flagName(key).slice(2)),
  );
  const hint =
    near === undefined ? `; to pass it as a word, put -- before it` : `; did you mean --${near}?`;
  return new RoteError("usage", `unknown flag ${rawName}${hint}`, { flag: rawName });
}

function positionalValues(
  positionals: Positionals,
  given: readonly string[],
): Record<string, unknown> {
  const rest = [...given];
  const values: Record<string, unknown> = {};
  for (const [key, { value, repeatable = false, required = false }] of Object.entries(
    positionals,
  )) {
    if (required && rest.length === 0) throw new RoteError("usage", `${value} is missing`);
    values[key] = repeatable ? rest.splice(0) : rest.shift();
  }
  if (rest.length > 0)
    throw new RoteError("usage", `unexpected argument "${rest.join(" ")}"`, { rest });
  return values;
}

function flagValue(key: string, flag: Flag, occurrences: readonly Occurrence[]): unknown {
  const mine = occurrences.filter((occurrence) => occurrence.key === key);
  if (flag.value === undefined) return mine.length > 0;
  const values = mine.map(({ value }) => scalar(key, flag, value ?? ""));
  if (flag.repeatable === true) {
    if (flag.required === true && values.length === 0) throw missing(key, flag);
    return values;
  }
  if (values.length > 1) throw new RoteError("usage", `${flagName(key)} is given more than once`);
  if (values.length === 0 && flag.required === true) throw missing(key, flag);
  return values[0] ?? flag.default;
}

function missing(key: string, flag: ValueFlag): RoteError {
  return new RoteError("usage", `${flagName(key)} ${flag.value} is required`, { flag: key });
}

function scalar(key: string, flag: ValueFlag, text: string): string | number {
  if (flag.kind === "integer" || flag.kind === "number") return numberOf(key, flag, text);
  if (flag.choices !== undefined && !flag.choices.includes(text)) {
    const near = nearest(text, flag.choices);
    throw new RoteError(
      "usage",
      `${flagName(key)} must be one of ${flag.choices.join(", ")}, got "${text}"` +
        (near === undefined ? "" : `; did you mean ${near}?`),
      { flag: key, value: text },
    );
  }
  if (text === "") throw new RoteError("usage", `${flagName(key)} needs a ${flag.value}, got ""`);
  return text;
}

/** Decimal numbers only: no hexadecimal, no white space, nothing that Number() would be kind about. */
function numberOf(key: string, flag: ValueFlag, text: string): number {
  const isNumber =
    flag.kind === "integer"
      ? /^[+-]?\d+$/.test(text)
      : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  const value = isNumber ? Number(text) : Number.NaN;
  const { minimum = -Infinity, maximum = Infinity, above = -Infinity } = flag;
  const fits = value >= minimum && value <= maximum && (value > above || above === -Infinity);
  if (fits && (flag.kind !== "integer" || Number.isSafeInteger(value))) return value;
  throw new RoteError("usage", `${flagName(key)} must be ${rule(flag)}, got "${text}"`, {
    flag: key,
    value: text,
  });
}

function rule({ kind, minimum, above, maximum }: ValueFlag): string {
  const noun = kind === "integer" ? "a whole number" : "a number";
  const bounds = [
    minimum === undefined ? [] : [`at least ${minimum}`],
    above === undefined ? [] : [`above ${above}`],
    maximum === undefined ? [] : [`at most ${maximum}`],
  ].flat();
  return bounds.length === 0 ? noun : `${noun}, ${bounds.join(" and ")}`;
}
