import { type Command, defineCommand } from "../define-command.ts";
import { corpusFlags, jsonFlag, policyFlag, seedFlag, wordIndexFlag } from "../shared-flags.ts";

export const searchCommand: Command = defineCommand({
  name: "search",
  summary: "Show documents that hold all given phrases, with each phrase in its context",
  description:
    "Documents come in the order of the corpus. A phrase occurs where its words stand next to each other, whatever separates them. With --index the documents are the same; their text is read from the files of the corpus, and where these are gone or changed, it is the words that were indexed. Exit status 1 where no document holds all phrases.",
  positionals: {
    phrases: { value: "PHRASE", about: "Words to look for.", repeatable: true, required: true },
  },
  flags: {
    ...corpusFlags,
    corpus: {
      ...corpusFlags.corpus,
      required: false,
      about: `${corpusFlags.corpus.about} Required, except with --index.`,
    },
    ...wordIndexFlag,
    limit: { value: "N", kind: "integer", minimum: 1, about: "Stop after this many documents." },
    sample: {
      value: "N",
      kind: "integer",
      minimum: 1,
      about: "A uniform sample of this many of all documents found, instead of the first ones.",
    },
    ...seedFlag,
    ...policyFlag,
    ...jsonFlag,
  },
  examples: [
    {
      run: 'search "capital of France" Paris --corpus corpus.jsonl.gz --limit 5',
      about: "The first five documents that hold both phrases.",
    },
    {
      run: 'search "to be or not to be" --corpus novels --where lang=eng --sample 20 --seed 7 --json',
      about: "Twenty documents drawn at random, as JSON lines.",
    },
  ],
  async run(values, io) {
    const { search } = await import("../actions/search.ts");
    return search(values, io);
  },
});
