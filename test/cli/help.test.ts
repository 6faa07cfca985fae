import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { commands, findCommand } from "#rote/cli/command-table.js";
import { flagName } from "#rote/cli/define-command.js";
import { commandHelp } from "#rote/cli/help.js";
import { commandLineDocument } from "#rote/cli/command-line-document.js";
import { parseArguments } from "#rote/cli/parse-arguments.js";

/** Words as a shell splits them: quotes group, nothing expands. */
function shellWords(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
}

test("docs/cli.md is what the command table says (npm run docs)", () => {
  expect(readFileSync("docs/cli.md", "utf8")).toBe(commandLineDocument(commands));
});

describe.each(commands.map((command) => [command.name, command] as const))("%s", (_, command) => {
  test("its examples parse", () => {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const { run } of command.examples) {
      const found = findCommand(shellWords(run));
      expect(found.command).toBe(command);
      parseArguments(command, found.rest);
    }
  });

  test("help names every flag and says what it is about", () => {
    const help = commandHelp(command);
    for (const [key, flag] of Object.entries(command.flags)) {
      expect(help).toContain(flagName(key));
      expect(flag.about).toMatch(/^[A-Z].*\.$/s);
    }
    for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  test("its summary is one imperative sentence without a full stop", () => {
    expect(command.summary).toMatch(/^[A-Z].*[^.\s]$/);
  });
});
