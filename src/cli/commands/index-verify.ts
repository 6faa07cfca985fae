import { type Command, defineCommand } from "../define-command.ts";
import { jobsFlag, jsonFlag, tokenTypeFlag } from "../shared-flags.ts";

export const indexVerifyCommand: Command = defineCommand({
  name: "index verify",
  summary: "Prove that an n-gram index is what it should be",
  description:
    "Checks the sums of all files, the sizes, offsets, metadata and unigram counts, and that each table is the suffix array of its tokens: every position once, in the right order. Works on an index that another program made, without sums; there, suffixes that agree for 100,000 bytes may stand in any order. Exit status 1 where anything is different.",
  positionals: {
    directory: { value: "DIR", about: "Folder of the index.", required: true },
  },
  flags: { ...tokenTypeFlag, ...jobsFlag, ...jsonFlag },
  examples: [{ run: "index verify corpus-index", about: "Every file, every rank." }],
  async run(values, io) {
    const { verifyIndexOf } = await import("../actions/index-verify.ts");
    return verifyIndexOf(values, io);
  },
});
