import { type Command, defineCommand } from "../define-command.ts";
import { jsonOnlyFlag } from "../shared-flags.ts";

export const tokenizeCommand: Command = defineCommand({
  name: "tokenize",
  summary: "Print the token ids of each line, or of each document of a JSONL file",
  description:
    'Prints one object a line, {"ids": […]}, without special tokens around the ids. A .jsonl, .json, .csv, .tsv or .parquet file is read document by document, everything else line by line; .gz and .zst are unpacked.',
  positionals: {
    file: { value: "FILE", about: "File to tokenize; standard input where absent or -." },
  },
  flags: {
    tokenizer: {
      value: "PATH",
      about: "A tokenizer.json, or the folder that holds it.",
      required: true,
    },
    field: {
      value: "NAME",
      about: "Field that holds the text of a JSONL document. Default: text.",
    },
    ...jsonOnlyFlag,
  },
  examples: [
    { run: "tokenize --tokenizer pythia-70m lines.txt", about: "Ids of every line of a file." },
    {
      run: "tokenize --tokenizer gpt2/tokenizer.json corpus.jsonl.gz",
      about: "Ids of every document.",
    },
  ],
  async run(values, io) {
    const { tokenize } = await import("../actions/tokenize.ts");
    return tokenize(values, io);
  },
});
