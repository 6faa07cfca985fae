import { type Command, defineCommand } from "../define-command.ts";
import { jsonFlag, tokenTypeFlag } from "../shared-flags.ts";

export const indexInfoCommand: Command = defineCommand({
  name: "index info",
  summary: "Say what an n-gram index holds and what made it",
  description:
    "An index that another program made says little of itself: its sizes are read with --token-type.",
  positionals: {
    directory: { value: "DIR", about: "Folder of the index.", required: true },
  },
  flags: { ...tokenTypeFlag, ...jsonFlag },
  examples: [{ run: "index info corpus-index", about: "Documents, tokens, tokenizer, files." }],
  async run(values, io) {
    const { showIndex } = await import("../actions/index-info.ts");
    return showIndex(values, io);
  },
});
