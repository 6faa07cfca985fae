import { type Command, defineCommand } from "../define-command.ts";
import { commandHelp, overview } from "../help.ts";

export const helpCommand: Command = defineCommand({
  name: "help",
  summary: "Show the commands, or the flags and examples of one",
  positionals: {
    command: { value: "COMMAND", about: "Name of a command.", repeatable: true },
  },
  flags: {},
  examples: [
    { run: "help", about: "All commands." },
    { run: "help count", about: "Flags and examples of one command." },
  ],
  async run({ command }, { stdout }) {
    // Here and not above: the table holds this command too.
    const { commands, requireCommand } = await import("../command-table.ts");
    await stdout.write(
      command.length === 0 ? overview(commands) : commandHelp(requireCommand(command.join(" "))),
    );
    return 0;
  },
});
