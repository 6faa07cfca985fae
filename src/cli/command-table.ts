/** Every command of `rote`, in the order of help. */
import { nearest, RoteError } from "../base/errors.ts";
import { countCommand } from "./commands/count.ts";
import { demoCommand } from "./commands/demo.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { generateCommand } from "./commands/generate.ts";
import { helpCommand } from "./commands/help.ts";
import { indexBuildCommand } from "./commands/index-build.ts";
import { indexInfoCommand } from "./commands/index-info.ts";
import { indexVerifyCommand } from "./commands/index-verify.ts";
import { labBuildCommand } from "./commands/lab-build.ts";
import { labCardCommand } from "./commands/lab-card.ts";
import { labTrainCommand } from "./commands/lab-train.ts";
import { labTruthCommand } from "./commands/lab-truth.ts";
import { labWorldCommand } from "./commands/lab-world.ts";
import { measureCommand } from "./commands/measure.ts";
import { mineCommand } from "./commands/mine.ts";
import { modelsLsCommand } from "./commands/models-ls.ts";
import { overlapCommand } from "./commands/overlap.ts";
import { queryCommand } from "./commands/query.ts";
import { reportCommand } from "./commands/report.ts";
import { runCommand } from "./commands/run.ts";
import { scoreCommand } from "./commands/score.ts";
import { searchCommand } from "./commands/search.ts";
import { serveCommand } from "./commands/serve.ts";
import { tokenizeCommand } from "./commands/tokenize.ts";
import { trainCommand } from "./commands/train.ts";
import type { Command } from "./define-command.ts";

export const commands: readonly Command[] = [
  demoCommand,
  runCommand,
  measureCommand,
  reportCommand,
  mineCommand,
  countCommand,
  searchCommand,
  overlapCommand,
  indexBuildCommand,
  indexInfoCommand,
  indexVerifyCommand,
  queryCommand,
  serveCommand,
  modelsLsCommand,
  tokenizeCommand,
  scoreCommand,
  generateCommand,
  trainCommand,
  labWorldCommand,
  labTrainCommand,
  labTruthCommand,
  labCardCommand,
  labBuildCommand,
  doctorCommand,
  helpCommand,
];

/** The command that a line names, and what follows it. */
export function findCommand(args: readonly string[]): {
  readonly command: Command;
  readonly rest: readonly string[];
} {
  const [first, second] = args;
  if (first === undefined)
    throw new RoteError("usage", `a command is missing; one of ${names().join(", ")}`);
  if (first.startsWith("-"))
    throw new RoteError("usage", `the command comes first, got ${first} in its place`);
  const family = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (family.length === 0) return { command: requireCommand(first), rest: args.slice(1) };
  return { command: requireCommand(`${first} ${second ?? ""}`.trim()), rest: args.slice(2) };
}

/** The command of this name, or an error that names the nearest. */
export function requireCommand(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const family = names().filter((each) => each.startsWith(`${name} `));
  if (family.length > 0)
    throw new RoteError("usage", `"${name}" takes a further word: ${family.join(", ")}`, { name });
  const near = nearest(name, names());
  throw new RoteError(
    "usage",
    `unknown command "${name}"; ${near === undefined ? `one of ${names().join(", ")}` : `did you mean ${near}?`}`,
    { name },
  );
}

function names(): string[] {
  return commands.map(({ name }) => name);
}
