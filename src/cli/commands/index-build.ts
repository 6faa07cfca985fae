import { type Command, defineCommand } from "../define-command.ts";
import { corpusFlags, jobsFlag, jsonFlag } from "../shared-flags.ts";

export const indexBuildCommand: Command = defineCommand({
  name: "index build",
  summary: "Build an n-gram index of a corpus, in infini-gram's format",
  description:
    "The index is written beside its place under a name that ends in .unfinished, verified, and renamed. After an interruption the same command goes on where it was. The original infini-gram opens the index, too.\n\nFiles of token ids are indexed as they are: Megatron's .bin with its .idx, NumPy's .npy, and raw arrays with --token-type. Documents end where the .idx says, with a row of a two-dimensional array, at --eos, or after --row ids. --tokenizer then names the tokenizer that made the ids.",
  positionals: {},
  flags: {
    ...corpusFlags,
    out: { value: "DIR", about: "Folder of the index, which must not exist.", required: true },
    tokenizer: {
      value: "PATH|bytes|words",
      about:
        "What is indexed: ids of a tokenizer.json or its folder, UTF-8 bytes, or words as text is counted everywhere. Default: words.",
    },
    policy: {
      value: "NAME",
      choices: ["words", "exact-words"],
      about: "How text becomes words, with --tokenizer words.",
      default: "words",
    },
    tokenType: {
      value: "TYPE",
      choices: ["u8", "u16", "u32"],
      about: "What a number is in files of token ids that do not say so.",
    },
    eos: {
      value: "ID",
      kind: "integer",
      minimum: 0,
      about: "The id that ends a document in files of token ids.",
    },
    row: {
      value: "N",
      kind: "integer",
      minimum: 1,
      about: "Take every N ids of files of token ids, a row as it is trained on, for a document.",
    },
    memory: {
      value: "SIZE",
      about:
        "Memory that sorting may take, such as 8GB; a shard that takes more is sorted in parts. Default: three quarters of the machine's.",
    },
    shards: {
      value: "N",
      kind: "integer",
      minimum: 1,
      about: "Parts the documents are dealt to; each is sorted by itself.",
      default: 1,
    },
    ...jobsFlag,
    ...jsonFlag,
  },
  examples: [
    {
      run: "index build --corpus corpus.jsonl.gz --out corpus-index",
      about: "An index of words, which counts what a pass over the corpus counts.",
    },
    {
      run: "index build --corpus corpus.jsonl.gz --tokenizer gpt2 --shards 2 --out gpt2-index",
      about: "An index of a model's tokens, in two shards.",
    },
    {
      run: "index build --corpus tokens.npy --eos 0 --tokenizer gpt2 --out tokens-index",
      about: "An index of the very ids that a model was trained on.",
    },
  ],
  async run(values, io) {
    const { buildIndexOf } = await import("../actions/index-build.ts");
    return buildIndexOf(values, io);
  },
});
