import { type Command, defineCommand } from "../define-command.ts";
import { indexFlags, tokenTypeFlag } from "../shared-flags.ts";

export const serveCommand: Command = defineCommand({
  name: "serve",
  summary: "Serve n-gram indexes by infini-gram's web API",
  description:
    "GET / names the indexes; POST / takes one request, or an array of them, as rote query does, and answers in infini-gram's shape. The address is printed once the server listens; Ctrl-C ends it when what is under way is answered. Every request is bounded: --limit changes characters, tokens, clauses, terms (n-grams of a clause), max_support, max_clause_freq, max_diff_tokens, maxnum, max_disp_len and max_cnt of a request, bytes of a body, requests of an array, seconds of an answer.",
  positionals: {},
  flags: {
    ...indexFlags,
    ...tokenTypeFlag,
    host: {
      value: "ADDRESS",
      about:
        "Address to listen on. Default: this machine only; 0.0.0.0 lets everybody in the network ask.",
      default: "127.0.0.1",
    },
    port: {
      value: "N",
      kind: "integer",
      minimum: 0,
      maximum: 65_535,
      about: "Port to listen on; 0 for any that is free.",
      default: 8080,
    },
    jobs: {
      value: "N",
      kind: "integer",
      minimum: 1,
      about: "Threads that answer; each opens the indexes.",
      default: 2,
    },
    limit: { value: "NAME=N", about: "Change a limit.", repeatable: true },
  },
  examples: [
    {
      run: "serve --index corpus-index",
      about: "On http://127.0.0.1:8080/, for this machine only.",
    },
    {
      run: "serve --index corpus-index --limit max_support=100000 --limit seconds=5",
      about: "Distributions from more occurrences where a request asks for them, none for longer.",
    },
  ],
  async run(values, io) {
    const { serve } = await import("../actions/serve.ts");
    return serve(values, io);
  },
});
