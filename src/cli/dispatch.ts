/** From arguments to an exit code: find the command, parse, run, and say what went wrong. */
import { messageOf, RoteError } from "../base/errors.ts";
import { commandHelp, overview } from "./help.ts";
import { commands, findCommand } from "./command-table.ts";
import { BrokenPipe, openIo, type Streams } from "./io.ts";
import { parseArguments } from "./parse-arguments.ts";

export interface DispatchOptions {
  readonly signal: AbortSignal;
  /** Show stacks of errors. */
  readonly debug: boolean;
  /** For model servers. */
  readonly apiKey: string | undefined;
}

/** Run `rote ARGS…`. Never throws: 0 done, 1 answered with no, 2 error. */
export async function dispatch(
  args: readonly string[],
  streams: Streams,
  { signal, debug, apiKey }: DispatchOptions,
): Promise<0 | 1 | 2> {
  let name = "";
  const io = openIo(streams, {
    signal,
    apiKey,
    commandLine: ["rote", ...args].join(" "),
    quiet: args.slice(0, endOfFlags(args)).includes("--quiet"),
  });
  try {
    if (args[0] === "--help" || args[0] === "-h") {
      await io.stdout.write(overview(commands));
      await io.done();
      return 0;
    }
    const { command, rest } = findCommand(args);
    ({ name } = command);
    const { values, help } = parseArguments(command, rest);
    if (help) await io.stdout.write(commandHelp(command));
    const code = help ? 0 : await command.run(values, io);
    await io.done();
    return code ?? 0;
  } catch (error) {
    if (error instanceof BrokenPipe) return 0;
    io.clear();
    streams.stderr.write(errorText(name, signal.aborted ? signal.reason : error, debug));
    return 2;
  }
}

function endOfFlags(args: readonly string[]): number {
  const index = args.indexOf("--");
  return index === -1 ? args.length : index;
}

/** `rote count: books.jsonl does not exist`, the command's help after a mistake in using it. */
function errorText(name: string, error: unknown, debug: boolean): string {
  const title = ["rote", ...(name === "" ? [] : [name])].join(" ");
  const lines = [`${title}: ${messageOf(error)}`];
  if (error instanceof RoteError && error.code === "usage")
    lines.push(`See "${["rote help", ...(name === "" ? [] : [name])].join(" ")}".`);
  if (debug) lines.push(stackOf(error));
  else if (!(error instanceof RoteError))
    lines.push("This is a mistake in Rote; set ROTE_DEBUG=1 to see where, and please report it.");
  return `${lines.join("\n")}\n`;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? [] : [`caused by ${stackOf(error.cause)}`];
  return [error.stack ?? error.message, ...cause].join("\n");
}
