/**
 * A command as data. Parsing, help, `docs/cli.md` and the tests that every flag is documented and
 * every example parses are all read off this one table; `run` gets values whose types follow from
 * the flags.
 */
import type { CommandIo } from "./io.ts";

/** A flag without a value: `--json`. */
export interface SwitchFlag {
  readonly about: string;
  readonly value?: undefined;
}

/** A flag with a value: `--seed N`. Keys are camelCase in the table and kebab-case on the line. */
export interface ValueFlag {
  /** Name of the value in help, upper case. */
  readonly value: string;
  readonly about: string;
  /** Default "text". */
  readonly kind?: "text" | "integer" | "number";
  /** Bounds of a number, inclusive; `above` is exclusive. */
  readonly minimum?: number;
  readonly above?: number;
  readonly maximum?: number;
  readonly choices?: readonly string[];
  readonly default?: string | number;
  readonly repeatable?: boolean;
  readonly required?: boolean;
}

export type Flag = SwitchFlag | ValueFlag;

export interface Positional {
  /** Name in help, upper case. */
  readonly value: string;
  readonly about: string;
  /** Takes all that follow; only the last one may. */
  readonly repeatable?: boolean;
  readonly required?: boolean;
}

export interface CommandExample {
  /** As typed after `rote `. */
  readonly run: string;
  readonly about: string;
}

/** 0: done. 1: answered with no (nothing found, a check failed). Errors are thrown and exit with 2. */
export type ExitCode = 0 | 1;

export type Flags = Readonly<Record<string, Flag>>;
export type Positionals = Readonly<Record<string, Positional>>;

type Scalar<F> = F extends { readonly kind: "integer" | "number" }
  ? number
  : F extends { readonly choices: readonly (infer Choice)[] }
    ? Choice
    : string;

type FlagValue<F> = F extends { readonly value: string }
  ? F extends { readonly repeatable: true }
    ? readonly Scalar<F>[]
    : F extends { readonly required: true } | { readonly default: string | number }
      ? Scalar<F>
      : Scalar<F> | undefined
  : boolean;

type PositionalValue<P> = P extends { readonly repeatable: true }
  ? readonly string[]
  : P extends { readonly required: true }
    ? string
    : string | undefined;

/** What `run` receives: one entry for each flag and positional. */
export type Parsed<P extends Positionals, F extends Flags> = {
  readonly [Key in keyof P]: PositionalValue<P[Key]>;
} & { readonly [Key in keyof F]: FlagValue<F[Key]> };

interface CommandTexts {
  /** One word, or two where the first is a family: "index build". */
  readonly name: string;
  /** One sentence without full stop, imperative. */
  readonly summary: string;
  /** Paragraphs of help below the summary. */
  readonly description?: string;
  readonly examples: readonly CommandExample[];
}

/** A command whose types are erased: what the table holds. */
export interface Command extends CommandTexts {
  readonly positionals: Positionals;
  readonly flags: Flags;
  readonly run: (
    parsed: Readonly<Record<string, unknown>>,
    io: CommandIo,
  ) => Promise<ExitCode | undefined>;
}

export interface CommandDefinition<P extends Positionals, F extends Flags> extends CommandTexts {
  readonly positionals: P;
  readonly flags: F;
  /** Nothing returned is 0. */
  readonly run: (parsed: Parsed<P, F>, io: CommandIo) => Promise<ExitCode | undefined>;
}

/** Define a command. Implementations are imported inside `run`, so that start-up stays short. */
export function defineCommand<const P extends Positionals, const F extends Flags>(
  definition: CommandDefinition<P, F>,
): Command {
  // The parser builds `parsed` from these very flags, which is what makes the cast true.
  return definition as unknown as Command;
}

/** `skipMalformed` → `--skip-malformed`. */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Every command takes these; the frame itself obeys them. */
export const everyCommandsFlags: Readonly<Record<"quiet" | "help", SwitchFlag>> = {
  quiet: { about: "Print no progress and no summary on standard error; errors are still shown." },
  help: { about: "Show the command's help." },
};
