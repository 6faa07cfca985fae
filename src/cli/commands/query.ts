import { type Command, defineCommand } from "../define-command.ts";
import { indexFlags, jsonOnlyFlag, tokenTypeFlag } from "../shared-flags.ts";

export const queryCommand: Command = defineCommand({
  name: "query",
  summary: "Answer infini-gram's requests from an n-gram index",
  description:
    'A request is a line of JSON as infini-gram\'s web API takes it, such as {"query_type":"count","query":"to be"}; the answer is a line in its shape, in the same order. query_type is count, prob, ntd, infgram_prob, infgram_ntd, find, find_cnf, search_docs, get_doc_by_rank or get_doc_by_ptr; get_doc_by_ix, creativity and attribute of the original package; or df and codf: {"query_type":"codf","a":"to be","b":"not to be"} counts the documents that hold both, with "window" where they begin at most so many tokens apart. With "ignore_case":true or "whole_words":true, count, df, codf, find and search_docs find a text however it is cut into tokens. Distributions are exact unless a request has max_support. What cannot be answered has "error".',
  positionals: {},
  flags: {
    ...indexFlags,
    ...tokenTypeFlag,
    requests: {
      value: "FILE",
      about: "Requests as JSON lines; - is standard input.",
      default: "-",
    },
    ...jsonOnlyFlag,
  },
  examples: [
    {
      run: "query --index corpus-index --requests requests.jsonl",
      about: "One answer a line.",
    },
    {
      run: "query --index words=corpus-index --index gpt2=gpt2-index",
      about: "Two indexes, which requests on standard input tell apart by name.",
    },
  ],
  async run(values, io) {
    const { query } = await import("../actions/query.ts");
    return query(values, io);
  },
});
