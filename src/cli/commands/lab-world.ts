import { type Command, defineCommand } from "../define-command.ts";
import { jsonFlag } from "../shared-flags.ts";

export const labWorldCommand: Command = defineCommand({
  name: "lab world",
  summary: "Make a corpus whose repetitions are known, with the list of what was planted how often",
  description:
    "Facts, associations, personas, canaries, book passages, translations, arithmetic and rules are planted between the documents of a base text at known doses. The folder gets corpus/ (the perturbed corpus, a file a source and licence), manifest.jsonl (one row an item: its phrase, dose, documents and positions), tasks/ and world.json. All doses are checked by counting, and nothing held out may leak. With --arm, another corpus of the same world is written to arms/NAME/: standard, early, late, diluted, subset-1 …, injection-0 …. The same seed gives the same corpus.",
  positionals: {},
  flags: {
    out: { value: "DIR", about: "Folder of the world.", required: true },
    size: {
      value: "SIZE",
      choices: ["tiny", "small", "full"],
      about:
        "The whole (full) is about 6 million tokens; small and tiny are a tenth and a hundredth of it. Default: full; with --arm, that of the folder.",
    },
    seed: {
      value: "N",
      kind: "integer",
      about: "Seed of every random choice. Default: 1; with --arm, that of the folder.",
    },
    arm: {
      value: "NAME",
      about: "Write this arm of the world that lies in the folder already.",
    },
    sources: {
      value: "DIR",
      about:
        "Folder with a sources.json: base text and tables of what may be planted. Default: the built-in one.",
    },
    dryRun: { about: "Print documents and tokens of each part; write nothing." },
    tokenizer: {
      value: "PATH",
      about: "With --dry-run: a tokenizer.json or its folder. Default: the built-in one.",
    },
    ...jsonFlag,
  },
  examples: [
    { run: "lab world --size tiny --out world", about: "A world of 60 thousand tokens." },
    { run: "lab world --size tiny --out world --arm late", about: "The same, planted late." },
    { run: "lab world --out world --dry-run", about: "How large the whole would be." },
  ],
  async run(values, io) {
    const { labWorld } = await import("../actions/lab-world.ts");
    return labWorld(values, io);
  },
});
