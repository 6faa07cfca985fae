/** `docs/cli.md`, from the command table. */
import { type Command, everyCommandsFlags, type Flag, type Flags } from "./define-command.ts";
import { flagAbout, flagUsage, usageLine } from "./help.ts";

/** The whole document as Markdown. */
export function commandLineDocument(commands: readonly Command[]): string {
  const parts = [
    "# The command line",
    "Made by `npm run docs` from the command table; do not edit by hand.",
    "Data goes to standard output, conversation (progress, summaries, errors) to standard error. " +
      "`--json` prints one JSON object a line. Exit status: 0 done, 1 answered with no, 2 error. " +
      "The first Ctrl-C stops the work and cleans up, the second does not wait. `ROTE_DEBUG=1` adds " +
      "stacks to errors.",
    "Files and models that the examples name stand for your own; `rote-demo` is what `rote demo` writes.",
    table(
      "Command",
      "Does",
      commands.map(({ name, summary }) => [link(name), `${summary}.`]),
    ),
    "Every command takes:",
    flagTable(everyCommandsFlags),
    ...commands.flatMap(commandParts),
  ];
  return `${parts.join("\n\n")}\n`;
}

function commandParts(command: Command): string[] {
  const { name, summary, description, positionals, flags, examples } = command;
  const argumentRows = Object.values(positionals).map(({ value, repeatable, about }) => [
    code(repeatable === true ? `${value}…` : value),
    about,
  ]);
  return [
    `## rote ${name}`,
    `${summary}.`,
    ...(description === undefined ? [] : [description]),
    `\`\`\`text\n${usageLine(command)}\n\`\`\``,
    ...(argumentRows.length === 0 ? [] : [table("Argument", "Meaning", argumentRows)]),
    ...(Object.keys(flags).length === 0 ? [] : [flagTable(flags)]),
    ...examples.map(({ run, about }) => `${about}\n\n${fence(`rote ${run}`)}`),
  ];
}

function flagTable(flags: Flags): string {
  const rows = Object.entries(flags).map(([key, flag]: [string, Flag]) => [
    code(flagUsage(key, flag)),
    flagAbout(flag),
  ]);
  return table("Flag", "Meaning", rows);
}

function table(left: string, right: string, rows: readonly (readonly string[])[]): string {
  const lines = rows.map((cells) => `| ${cells.map(escapeCell).join(" | ")} |`);
  return [`| ${left} | ${right} |`, "| --- | --- |", ...lines].join("\n");
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function link(name: string): string {
  return `[${name}](#rote-${name.replaceAll(" ", "-")})`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function fence(text: string): string {
  return `\`\`\`sh\n${text}\n\`\`\``;
}
