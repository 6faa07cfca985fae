import { describe, expect, expectTypeOf, test } from "vitest";
import { defineCommand, flagName, type Command } from "#rote/cli/define-command.js";
import { parseArguments } from "#rote/cli/parse-arguments.js";

const command: Command = defineCommand({
  name: "measure",
  summary: "Measure",
  positionals: {
    file: { value: "FILE", about: "A file.", required: true },
    words: { value: "WORD", about: "Words.", repeatable: true },
  },
  flags: {
    seed: { value: "N", kind: "integer", about: "Seed.", default: 0 },
    level: { value: "X", kind: "number", about: "Level.", above: 0, maximum: 1 },
    zeros: { value: "HOW", about: "Zeros.", choices: ["kept", "dropped"] },
    where: { value: "KEY=VALUE", about: "Filter.", repeatable: true },
    skipMalformed: { about: "Skip." },
    out: { value: "PATH", about: "Out." },
  },
  examples: [],
  run(parsed) {
    expectTypeOf(parsed).toEqualTypeOf<
      { readonly file: string; readonly words: readonly string[] } & {
        readonly seed: number;
        readonly level: number | undefined;
        readonly zeros: "kept" | "dropped" | undefined;
        readonly where: readonly string[];
        readonly skipMalformed: boolean;
        readonly out: string | undefined;
      }
    >();
    return Promise.resolve(0);
  },
});

const parse = (...args: string[]) => parseArguments(command, args);

describe("values", () => {
  test("defaults stand where nothing is given", () => {
    expect(parse("a.txt").values).toEqual({
      file: "a.txt",
      words: [],
      seed: 0,
      level: undefined,
      zeros: undefined,
      where: [],
      skipMalformed: false,
      out: undefined,
    });
  });

  test("flags and words may be mixed; -- ends the flags", () => {
    const { values } = parse(
      ...["a.txt", "--seed=7", "b", "--where", "x=1", "--quiet", "--where", "y=2"],
      ...["--skip-malformed", "--level", ".5", "--zeros", "kept", "--", "--seed", "-"],
    );
    expect(values).toMatchObject({
      file: "a.txt",
      words: ["b", "--seed", "-"],
      seed: 7,
      level: 0.5,
      zeros: "kept",
      where: ["x=1", "y=2"],
      skipMalformed: true,
    });
  });

  test("a single dash is a value, as for standard input", () => {
    expect(parse("-", "--out", "-").values).toMatchObject({ file: "-", out: "-" });
  });

  test("a value that looks like a flag is given with =", () => {
    expect(parse("f", "--out=--seed").values).toMatchObject({ out: "--seed" });
  });

  test("negative numbers are values", () => {
    expect(parse("f", "--seed", "-3").values).toMatchObject({ seed: -3 });
  });

  test("--help wins over other mistakes", () => {
    expect(parse("--nonsense", "--help").help).toBe(true);
    expect(parse("-h").help).toBe(true);
  });
});

test.each([
  [[], "FILE is missing"],
  [["f", "--sede", "1"], "unknown flag --sede; did you mean --seed?"],
  [["f", "-x"], "unknown flag -x; to pass it as a word, put -- before it"],
  [["f", "--out"], "--out needs a value: --out PATH"],
  [["f", "--out", "--seed", "1"], "--out needs a value: --out PATH"],
  [["f", "--out="], '--out needs a PATH, got ""'],
  [["f", "--skip-malformed=yes"], '--skip-malformed takes no value, got "yes"'],
  [["f", "--seed", "1.5"], '--seed must be a whole number, got "1.5"'],
  [["f", "--seed", "9007199254740993"], '--seed must be a whole number, got "9007199254740993"'],
  [["f", "--level", "0"], '--level must be a number, above 0 and at most 1, got "0"'],
  [["f", "--level", "NaN"], '--level must be a number, above 0 and at most 1, got "NaN"'],
  [["f", "--level", "0x1"], '--level must be a number, above 0 and at most 1, got "0x1"'],
  [
    ["f", "--zeros", "keep"],
    '--zeros must be one of kept, dropped, got "keep"; did you mean kept?',
  ],
  [["f", "--seed", "1", "--seed", "2"], "--seed is given more than once"],
])("%j is a usage error", (args, message) => {
  expect(() => parse(...args)).toThrow(expect.objectContaining({ code: "usage", message }));
});

test("flag names are the keys in kebab-case", () => {
  expect(flagName("skipMalformed")).toBe("--skip-malformed");
});
