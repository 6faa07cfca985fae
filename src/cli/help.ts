/** Help as text for a terminal, from the command table. */
import {
  type Command,
  everyCommandsFlags,
  type Flag,
  flagName,
  type Flags,
  type Positionals,
} from "./define-command.ts";

const WIDTH = 96;

/** What `rote help` prints. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return [
    "Rote tells how much of what a language model does on a task it learned by rote from its",
    "pretraining corpus, and shows the documents.",
    "",
    "Usage: rote COMMAND [ARGUMENTS] [FLAGS]",
    "",
    ...definitionLines(rows),
    "",
    'See "rote help COMMAND" for its flags and examples, "rote --version" for the version.',
    "Exit status: 0 done, 1 answered with no, 2 error.",
    "",
  ].join("\n");
}

/** What `rote help COMMAND` prints. */
export function commandHelp(command: Command): string {
  const { summary, description, positionals, flags, examples } = command;
  const sections = [`Usage: ${usageLine(command)}`, wrap(`${summary}.`, "").join("\n")];
  if (description !== undefined)
    sections.push(...description.split("\n\n").map((paragraph) => wrap(paragraph, "").join("\n")));
  if (Object.keys(positionals).length > 0)
    sections.push(section("Arguments", positionalRows(positionals)));
  sections.push(section("Flags", flagRows({ ...flags, ...everyCommandsFlags })));
  if (examples.length > 0) {
    const lines = examples.flatMap(({ run, about }) => [`  rote ${run}`, ...wrap(about, "      ")]);
    sections.push(["Examples:", ...lines].join("\n"));
  }
  return `${sections.join("\n\n")}\n`;
}

/** `rote count [PHRASE…] [flags]`, required flags written out. */
export function usageLine({ name, positionals, flags }: Command): string {
  const words = Object.values(positionals).map(({ value, repeatable, required }) => {
    const word = repeatable === true ? `${value}…` : value;
    return required === true ? word : `[${word}]`;
  });
  const required = Object.entries(flags)
    .filter(([, flag]) => flag.value !== undefined && flag.required === true)
    .map(([key, flag]) => flagUsage(key, flag));
  return ["rote", name, ...words, ...required, "[FLAGS]"].join(" ");
}

/** `--seed N`. */
export function flagUsage(key: string, flag: Flag): string {
  return flag.value !== undefined ? `${flagName(key)} ${flag.value}` : flagName(key);
}

/** What a flag is about, with choices, default and repetition. */
export function flagAbout(flag: Flag): string {
  if (flag.value === undefined) return flag.about;
  const notes = [
    flag.choices === undefined ? [] : [`One of ${flag.choices.join(", ")}.`],
    flag.default === undefined ? [] : [`Default ${flag.default}.`],
    flag.required === true ? ["Required."] : [],
    flag.repeatable === true ? ["May be repeated."] : [],
  ].flat();
  return [flag.about, ...notes].join(" ");
}

function flagRows(flags: Flags): (readonly [string, string])[] {
  return Object.entries(flags).map(([key, flag]) => [flagUsage(key, flag), flagAbout(flag)]);
}

function positionalRows(positionals: Positionals): (readonly [string, string])[] {
  return Object.values(positionals).map(({ value, repeatable, about }) => [
    repeatable === true ? `${value}…` : value,
    about,
  ]);
}

function section(title: string, rows: readonly (readonly [string, string])[]): string {
  return [`${title}:`, ...definitionLines(rows)].join("\n");
}

function definitionLines(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.flatMap(([term, about]) => {
    const [first = "", ...rest] = wrap(about, " ".repeat(width + 4));
    return [`  ${term.padEnd(width)}  ${first.trimStart()}`, ...rest];
  });
}

function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length + 1 > WIDTH && line.trim() !== "") {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line];
}
