/** Flags that mean the same in every command that takes them. */

export const jsonFlag = {
  json: { about: "Print one JSON object a line instead of a table." },
} as const;

/** For commands whose only output is JSON lines: the flag may be given, and changes nothing. */
export const jsonOnlyFlag = {
  json: { about: "Print one JSON object a line, which this command does anyway." },
} as const;

export const seedFlag = {
  seed: { value: "N", kind: "integer", about: "Seed of every random choice.", default: 0 },
} as const;

export const jobsFlag = {
  jobs: {
    value: "N",
    kind: "integer",
    minimum: 1,
    about:
      "Worker threads, or requests to a model server at once (16). Default: one for each core.",
  },
} as const;

export const deviceFlag = {
  device: {
    value: "DEVICE",
    choices: ["cpu", "cuda", "webgpu"],
    about:
      "Where a model of a folder runs. webgpu was tested on a software device alone, cuda not at all; rote doctor says which of them open.",
    default: "cpu",
  },
} as const;

/** For models behind HTTP. */
export const serverFlags = {
  timeout: {
    value: "SECONDS",
    kind: "number",
    above: 0,
    about: "Longest wait for one answer of a server.",
    default: 120,
  },
  rate: {
    value: "N",
    kind: "number",
    above: 0,
    about: "Send a server at most this many requests a minute. Default: no limit.",
  },
} as const;

export const modelFlags = {
  model: {
    value: "DIR|URL",
    about:
      "A model behind HTTP, such as http://localhost:8000/v1#NAME (key in ROTE_API_KEY), or one in Hugging Face layout: config.json, weights (*.safetensors or pytorch_model.bin), tokenizer.json. DIR@STEP and DIR@REVISION name checkpoints; rote models ls lists them.",
    required: true,
  },
  tokenizer: {
    value: "PATH",
    about:
      "A tokenizer.json or its folder, instead of the one in the model's folder or the server's own.",
  },
} as const;

export const requestsFlag = {
  requests: {
    value: "FILE",
    about: "Requests as JSON lines; - is standard input.",
    required: true,
  },
} as const;

export const policyFlag = {
  policy: {
    value: "NAME",
    choices: ["words", "exact-words", "characters"],
    about:
      "How text becomes words: words (case folded, accents composed), exact-words (as written) or characters (for scripts without spaces).",
    default: "words",
  },
} as const;

export const taskFlags = {
  task: {
    value: "FILE",
    about:
      "Task file: JSON lines with input and output, or what lies in --format; the folder of MMLU or GSM8K.",
    required: true,
  },
  format: {
    value: "NAME",
    choices: ["jsonl", "triviaqa", "mmlu", "gsm8k", "parallel"],
    about: "What the task file lies in.",
    default: "jsonl",
  },
  subjects: {
    value: "NAME",
    about: "Of mmlu: all, the paper's lists knowledge or reasoning, or names. Default: all.",
    repeatable: true,
  },
  from: { value: "LANG", about: "Language of parallel text's inputs, such as en." },
  to: { value: "LANG", about: "Language of its outputs." },
  translations: {
    value: "FILE",
    about: "The outputs of parallel text, line by line, where --task holds the inputs alone.",
  },
} as const;

export const wordIndexFlag = {
  index: {
    value: "DIR",
    about:
      "Answer from this index of words (rote index build --tokenizer words) instead of a corpus.",
  },
} as const;

export const tokenTypeFlag = {
  tokenType: {
    value: "TYPE",
    choices: ["u8", "u16", "u32"],
    about: "What a token is in an index that does not say so: 1, 2 or 4 bytes. Default: u16.",
  },
} as const;

export const indexFlags = {
  index: {
    value: "[NAME=]DIR",
    about:
      "Folder of an n-gram index; several with commas between them are one index. Its name is that of the first folder, unless one is given.",
    repeatable: true,
    required: true,
  },
  eos: {
    value: "ID",
    kind: "integer",
    minimum: 0,
    about:
      "The id under which distributions report the end of a document. Default: what the index says, else the separator.",
  },
  reversed: {
    about: "The index holds each document's tokens in reverse order (infini-gram's version 5).",
  },
  tokenizer: {
    value: "PATH",
    about: "A tokenizer.json or its folder, for an index that does not hold its own.",
  },
  memory: {
    value: "SIZE",
    about:
      "Memory that indexes may take, such as 8GB: what fits is loaded, the rest is read from its files. Default: half of what is free.",
  },
} as const;

export const corpusFlags = {
  corpus: {
    value: "FILE|GLOB|DIR",
    about:
      "Text to read: .jsonl, .json, .txt, .md, .csv, .tsv, .parquet, each also as .gz or .zst; a folder is read whole.",
    repeatable: true,
    required: true,
  },
  field: {
    value: "NAME",
    about: "Field that holds the text; dotted for nested keys. Default: text.",
  },
  lines: { about: "Take each line of a .txt file as a document, not the whole file." },
  where: {
    value: "KEY=VALUE",
    about: "Read only documents with this value under a (dotted) key of their metadata.",
    repeatable: true,
  },
  skipMalformed: {
    about: "Count and list malformed lines instead of ending with an error at the first.",
  },
} as const;
