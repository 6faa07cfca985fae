import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTokenTexts } from "#rote/tokenizers/token-texts.js";
import { freshDirectory, jsonLines, rote, roteMain } from "./rote.ts";
import { buildSmallIndexes, type SmallIndexes } from "./small-indexes.ts";

const golden = "../shared/data/golden/infini-gram-index";
const tokenizer = "../shared/data/tokenizers/gpt2/gpt2.tokenizer.json";
const absent = !existsSync(golden) || !existsSync(tokenizer);
const index = ["--index", `${golden}/index`, "--eos", "50256"];

type Line = Readonly<Record<string, unknown>>;

async function ask(requests: readonly unknown[], ...flags: string[]): Promise<Line[]> {
  const stdin = requests.map((request) => `${JSON.stringify(request)}\n`).join("");
  const { stdout, stderr, code } = await rote(["query", ...flags], { stdin });
  expect(code, stderr).toBe(0);
  return jsonLines(stdout) as Line[];
}

/** A call of the original package as a request. */
function requestOf({ op, ids, cont, cnf, ...fields }: Line): Line {
  if (op === "count_cnf" || op === "find_cnf")
    return { query_type: op === "count_cnf" ? "count" : op, query_ids: cnf, ...fields };
  const query = ids === undefined ? {} : { query_ids: ids };
  if (op === "prob" || op === "infgram_prob")
    return { query_type: op, query_ids: [...(ids as number[]), cont] };
  if (op === "ntd" || op === "infgram_ntd")
    return { query_type: op, max_support: 1000, ...query, ...fields };
  return { query_type: op, ...query, ...fields };
}

/** The answer as the original package gives it: it does not repeat the query, and measures no time. */
function withoutQuery({ latency, ...body }: Line): Line {
  if (!("error" in body)) expect(latency).toBeGreaterThanOrEqual(0);
  const { token_ids: ids, ...rest } = body;
  return "doc_ix" in body ? { ...rest, token_ids: ids } : rest;
}

/** What is ours: the field that was sent is the one that is named, and −1 is before the document's first token. */
function expectedOf(answer: Line): Line {
  if (typeof answer.error === "string") {
    const error = answer.error.replace(/^(input_ids|cnf)/, "query_ids");
    return { error: error.replace(/^ptr must be an integer/, "rank must be an integer") };
  }
  if (Number(answer.needle_offset) > 2 ** 62) return { ...answer, needle_offset: -1 };
  const { idxs: _drawn, ...rest } = answer;
  return rest;
}

describe.skipIf(absent)(absent ? `query (skipped: no ${golden})` : "query", () => {
  test("answers as the original package did", async () => {
    const questions = jsonLines(readFileSync(`${golden}/queries.jsonl`, "utf8")) as Line[];
    const answers = jsonLines(readFileSync(`${golden}/answers.jsonl`, "utf8")) as Line[];
    const ours = await ask(questions.map(requestOf), ...index);
    expect(ours.length).toBe(295);
    for (const [i, question] of questions.entries()) {
      const got = withoutQuery(ours[i]!);
      const expected = expectedOf(answers[i]!);
      const line = `line ${i + 1}: ${String(question.op)}`;
      if (question.op === "search_docs") {
        // The original draws with replacement: the same document twice.
        const documents = (expected.documents as Line[]).slice(0, 1);
        expect(got, line).toMatchObject({ cnt: expected.cnt, approx: false, documents });
      } else if (question.op === "attribute") {
        const spans = (expected.spans as Line[]).map(({ unigram_logprob_sum: sum, ...span }) => ({
          ...span,
          unigram_logprob_sum: expect.closeTo(sum as number, 9) as number,
        }));
        expect(got, line).toEqual({ spans });
      } else if (Array.isArray(question.cnf) && question.cnf.length === 0) {
        // An empty list of ids is the empty n-gram here.
        expect(got, line).toMatchObject({ count: 59_529 });
      } else expect(got, line).toEqual(expected);
    }
  });

  test("has the fields that the original's documentation shows", async () => {
    const transcript = JSON.parse(
      readFileSync("../shared/data/golden/infini-gram-docs/pkg_doc_transcript.json", "utf8"),
    ) as { stmt: string; output: string }[];
    const fieldsOf = (call: string): string[] => {
      const shown = transcript.find(({ stmt }) => stmt.startsWith(`engine.${call}(`))!.output;
      const own = shown.replace(/(?<=: )[[{].*?[\]}](?=, '|\}$)/g, "…");
      return [...own.matchAll(/'(\w+)': /g)].map(([, name]) => name!);
    };
    const query_ids = [616, 15876];
    const calls = ["count", "prob", "ntd", "infgram_prob", "infgram_ntd", "find", "find_cnf"];
    const answers = await ask(
      [
        ...calls.map((query_type) => ({ query_type, query_ids })),
        { query_type: "get_doc_by_rank", s: 0, rank: 32_417 },
        { query_type: "get_doc_by_ptr", s: 0, ptr: 1204 },
      ],
      ...index,
    );
    for (const [i, call] of [...calls, "get_doc_by_rank", "get_doc_by_ptr"].entries())
      expect(Object.keys(answers[i]!), call).toEqual(expect.arrayContaining(fieldsOf(call)));
  });

  test("a query of text begins a word, and answers show the vocabulary's tokens", async () => {
    const answers = await ask(
      [
        { query_type: "count", query: "my lord" },
        { query_type: "find_cnf", query: "love AND death OR blood" },
        { query_type: "ntd", query: "my lord", max_support: 5 },
        { query_type: "infgram_prob", query: "xyzzy I am a gentleman" },
        { query_type: "search_docs", query: "my lord", max_disp_len: 10, maxnum: 2 },
        { query_type: "get_doc_by_rank", s: 0, rank: 32_417, max_disp_len: 4, query: "my lord" },
      ],
      ...[...index, "--tokenizer", tokenizer],
    );
    const asked = { token_ids: [616, 15_876], tokens: ["Ġmy", "Ġlord"] };
    expect(answers).toMatchObject([
      { count: 23, ...asked },
      { cnt: 3, tokens: [[["Ġlove"]], [["Ġdeath"], ["Ġblood"]]] },
      { approx: true, result_by_token_id: { 11_847: { cont_cnt: 7, token: "Ġchamber" } } },
      { suffix_len: 3, longest_suffix: " I am a", prob: 0 },
      { cnt: 23, ...asked, message: "23 matches, 2 documents shown" },
      {
        needle_offset: 2,
        spans: [
          [expect.any(String), null],
          [" my lord", "0"],
        ],
      },
    ]);
    const [found] = answers.slice(4) as { documents: { doc_ix: number; spans: unknown[] }[] }[];
    expect(new Set(found!.documents.map(({ doc_ix }) => doc_ix)).size).toBe(2);
    expect(found!.documents[0]!.spans).toContainEqual([" my lord", "0"]);
  });

  test("a text is found however it is cut into tokens, and whatever its case", async () => {
    const texts = (jsonLines(readFileSync(`${golden}/corpus.jsonl`, "utf8")) as Line[]).map(
      ({ text }) => text as string,
    );
    const expected = (pattern: RegExp): { df: number; tf: number } => {
      const counts = texts.map((text) => [...text.matchAll(pattern)].length);
      return {
        df: counts.filter((count) => count > 0).length,
        tf: counts.reduce((sum, count) => sum + count, 0),
      };
    };
    const query_type = "df";
    const answers = await ask(
      [
        { query_type, query: "MY lord", ignore_case: true },
        { query_type, query: "my lord", ignore_case: true, whole_words: true },
        { query_type, query: "ou", ignore_case: true },
        { query_type, query: "the", whole_words: true },
        { query_type, query: ":\ni ", ignore_case: true },
      ],
      ...[...index, "--tokenizer", tokenizer],
    );
    expect(answers).toMatchObject(
      [
        /(?=my lord)/gi,
        /(?=(?<!\w)my lord(?!\w))/gi,
        /(?=ou)/gi,
        /(?=(?<!\w)the(?!\w))/g,
        /(?=:\ni )/gi,
      ].map(expected),
    );
    const [count, find, found] = await ask(
      [
        { query_type: "count", query: "lord", whole_words: true, ignore_case: true },
        { query_type: "find", query: "lord", whole_words: true, ignore_case: true },
        { query_type: "search_docs", query: "LORD of", ignore_case: true, max_disp_len: 8 },
      ],
      ...[...index, "--tokenizer", tokenizer],
    );
    const { tf } = expected(/(?<!\w)lord(?!\w)/gi);
    expect(count).toMatchObject({ count: tf, approx: false });
    expect(find).toMatchObject({ cnt: tf });
    const variants = find!.variants as { tokens: string[]; cnt: number }[];
    expect(variants.map(({ tokens }) => tokens.join(""))).toEqual(
      expect.arrayContaining(["Ġlord", "ĠLord", "Lord"]),
    );
    expect(variants.reduce((sum, { cnt }) => sum + cnt, 0)).toBe(tf);
    const [document] = found!.documents as { spans: [string, string | null][] }[];
    expect(document!.spans.find(([, label]) => label === "0")![0].toLowerCase()).toBe("lord of");
  });

  test("spans begin and end with words where that is asked for", async () => {
    const texts = await readTokenTexts(tokenizer);
    const bow_ids = [...texts.keys()].filter((id) => !/^[a-z0-9]/i.test(texts[id] ?? ""));
    const beginsWord = (id: number): boolean => /^[^a-zA-Z]/.test(texts[id]!);
    const query_ids = (
      jsonLines(readFileSync(`${golden}/queries.jsonl`, "utf8")) as Line[]
    ).findLast(({ op }) => op === "attribute")!.ids as number[];
    const attribute = { query_type: "attribute", query_ids, max_cnt: 1_000_000 };
    const flags = [...index, "--tokenizer", tokenizer];
    const [all, derived, listed, unasked] = await ask(
      [
        attribute,
        { ...attribute, enforce_bow: true },
        { ...attribute, enforce_bow: true, bow_ids },
        { ...attribute, enforce_bow: false, bow_ids },
      ],
      ...flags,
    );
    const spansOf = (answer: Line | undefined) => answer!.spans as { l: number; r: number }[];
    expect(unasked!.spans).toEqual(all!.spans);
    expect(spansOf(derived).length).toBeGreaterThan(0);
    expect(derived!.spans).not.toEqual(all!.spans);
    for (const { l, r } of spansOf(derived)) {
      expect(beginsWord(query_ids[l]!)).toBe(true);
      expect(r === query_ids.length || beginsWord(query_ids[r]!)).toBe(true);
    }
    expect(listed!.spans).toEqual(derived!.spans); // no letters but ASCII's here
    const [withoutText, malformed] = await ask(
      [
        { ...attribute, enforce_bow: true },
        { ...attribute, bow_ids: ["a"] },
      ],
      ...index,
    );
    expect(withoutText!.error).toContain("has no tokenizer");
    expect(malformed!.error).toBe("bow_ids must be a list of integers");
  });

  test("a document can be shown so far around a hit, as the package's newer calls do", async () => {
    const place = { query_type: "get_doc_by_rank", s: 0, rank: 32_417 };
    const [whole, around, before, both] = await ask(
      [
        place,
        { ...place, needle_len: 2, max_ctx_len: 3 },
        { ...place, needle_len: 2 },
        { ...place, max_ctx_len: 3, max_disp_len: 3 },
      ],
      ...index,
    );
    const ids = whole!.token_ids as number[];
    const at = whole!.needle_offset as number;
    const start = Math.max(0, at - 3);
    expect(around).toMatchObject({
      token_ids: ids.slice(start, at + 5),
      needle_offset: at - start,
      doc_len: whole!.doc_len,
    });
    expect(before!.error).toBe("Missing required field: max_ctx_len");
    expect(both!.error).toContain("Give either max_disp_len or max_ctx_len");
  });

  test("distributions are exact where no support is given", async () => {
    const [exact, sampled] = await ask(
      [
        { query_type: "ntd", query_ids: [] },
        { query_type: "ntd", query_ids: [], max_support: 1000 },
      ],
      ...index,
    );
    expect(exact).toMatchObject({ prompt_cnt: 59_529, approx: false });
    expect(sampled).toMatchObject({ prompt_cnt: 59_529, approx: true });
    const counts = Object.values(exact!.result_by_token_id as Record<string, { cont_cnt: number }>);
    expect(counts.reduce((sum, { cont_cnt }) => sum + cont_cnt, 0)).toBe(59_529);
  });
});

let small: SmallIndexes;

beforeAll(async () => {
  small = await buildSmallIndexes();
});

afterAll(() => {
  small[Symbol.dispose]();
});

test("an index of words counts documents as a pass over the corpus does", async () => {
  const [codf, near, df, absentWord, distribution] = await ask(
    [
      { query_type: "codf", a: "To be", b: "or NOT" },
      { query_type: "codf", a: "to be", b: "question", window: 5 },
      { query_type: "df", query: "to be" },
      { query_type: "count", query: "to beef" },
      { query_type: "ntd", query: "not" },
    ],
    ...["--index", small.words],
  );
  expect(codf).toMatchObject({ codf: 2, dfA: 2, dfB: 2 });
  expect(near).toMatchObject({ codf: 1, dfA: 2, dfB: 1 });
  expect(df).toMatchObject({ df: 2, tf: 4, tokens: ["to", "be"] });
  expect(absentWord).toMatchObject({ count: 0, tokens: ["to", ""] });
  const { result_by_token_id: next } = distribution as { result_by_token_id: Record<string, Line> };
  expect(Object.values(next)).toEqual([{ cont_cnt: 3, prob: 1, token: "to" }]);
});

test("bytes are asked for as text or as \\xNN", async () => {
  const answers = await ask(
    [
      { query_type: "count", query: "be" },
      { query_type: "count", query: "\\xe2\\x80\\x94 to" },
      { query_type: "count", query: "— to" },
    ],
    ...["--index", small.bytes],
  );
  const dash = { count: 1, tokens: ["\\xe2", "\\x80", "\\x94", " ", "t", "o"] };
  expect(answers).toMatchObject([{ count: 5, tokens: ["b", "e"] }, dash, dash]);
});

test("case is ignored in words and in bytes", async () => {
  const both = async (request: object): Promise<Line[]> => [
    ...(await ask([request], "--index", small.words)),
    ...(await ask([request], "--index", small.bytes)),
  ];
  const query = { query: "BE or", ignore_case: true };
  const [words, bytes] = await both({ query_type: "df", ...query });
  expect(words).toMatchObject({ df: 2, tf: 3 });
  expect(bytes).toMatchObject({ df: 1, tf: 2 }); // the third has a comma between its words
  const pair = await both({
    query_type: "codf",
    a: "OR",
    b: "Be",
    whole_words: true,
    ignore_case: true,
  });
  for (const answer of pair) expect(answer).toMatchObject({ codf: 2 });
  // Words have no case: a query of them is what it always is.
  const [clauses, refused] = await both({
    query_type: "count",
    query: "to AND be",
    ignore_case: true,
  });
  expect(clauses).toMatchObject({ count: 4, tokens: [[["to"]], [["be"]]] });
  expect(refused!.error).toContain("AND and OR cannot be asked with ignore_case");
  const errors = await ask(
    [
      { query_type: "count", query_ids: [1], ignore_case: true },
      { query_type: "count", query: "to", ignore_case: "yes" },
      { query_type: "count", query: "", ignore_case: true },
      { query_type: "count", query: "\\xff", ignore_case: true },
      { query_type: "count", query: "to", ignore_case: true, max_diff_tokens: 2 },
      { query_type: "codf", a: "to", b: "be", window: 2, ignore_case: true },
      { query_type: "ntd", query: "to", ignore_case: true },
    ],
    ...["--index", small.bytes],
  );
  for (const [i, text] of [
    "give query, not query_ids",
    "ignore_case must be true or false, got a string",
    "query must not be empty",
    "is not UTF-8",
    "max_diff_tokens is about clauses",
    "window counts tokens",
    "Unknown field: ignore_case",
  ].entries())
    expect(errors[i]!.error).toContain(text);
});

test("every line has its answer, and mistakes are named", async () => {
  const lines = [
    '{"query_type":"count","query":"to be"}',
    "nonsense",
    "",
    "[]",
    '{"query_type":"cnt","query":"to be"}',
    '{"query":"to be"}',
    '{"query_type":"count","query":"to be","max_difftokens":3}',
    '{"query_type":"count","query":"to be","query_ids":[]}',
    '{"query_type":"count","query_ids":[1.5]}',
    '{"query_type":"count","query_ids":[[]]}',
    '{"query_type":"prob","query":""}',
    '{"query_type":"ntd","query":"to AND be","max_support":0}',
    '{"query_type":"count","query":"to AND "}',
    '{"query_type":"get_doc_by_rank","s":0}',
    '{"query_type":"get_doc_by_ptr","s":0,"ptr":3}',
    '{"query_type":"__proto__","query":"to be"}',
    '{"index":"other","query_type":"count","query":"to be"}',
    '{"index":"words","query_type":"count","query":"to be"}',
  ];
  const stdin = lines.join("\n");
  const { stdout, code, stderr } = await rote(["query", "--index", small.words], { stdin });
  expect(code).toBe(0);
  expect(stderr).toContain("17 answers, 15 errors among them");
  const errors = (jsonLines(stdout) as Line[]).map(({ error = "" }) => error as string);
  for (const [i, text] of [
    "",
    "standard input:2 is not JSON",
    "must be a JSON object, got an array",
    "Invalid query_type: cnt",
    "Missing required field: query_type",
    "Unknown field: max_difftokens; did you mean max_diff_tokens?",
    "Give either query or query_ids",
    "query_ids must be a list of integers in range [0, 65535]",
    "query_ids must be a non-empty, triply-nested list of integers",
    "the query must not be empty",
    "AND, OR and nested query_ids cannot be asked here",
    "each side of AND and OR must have tokens",
    "Missing required field: rank",
    "ptr must be an even integer in range [0, ",
    "Invalid query_type: __proto__",
    "Invalid index: other; there is words",
    "",
  ].entries())
    expect(errors[i]).toContain(text);
});

test("several indexes are told apart by name", async () => {
  const request = { query_type: "count", query: "to" };
  const { words, bytes } = small;
  const answers = await ask(
    [{ ...request, index: "both" }, { ...request, corpus: "bytes" }, request],
    ...["--index", `both=${words},${words}`, "--index", bytes],
  );
  expect(answers).toMatchObject([
    { count: 8 },
    { count: 3 },
    { error: "Missing required field: index" },
  ]);
  const twice = await rote(["query", "--index", words, "--index", words]);
  expect(twice).toMatchObject({ code: 2 });
  expect(twice.stderr).toContain("two indexes are called words; write NAME=");
  const other = await rote(["query", "--index", words, "--tokenizer", "gpt2"]);
  expect(other.stderr).toContain("are words; leave out --tokenizer");
});

test("whoever asks line by line is answered line by line", async () => {
  const child = spawn(process.execPath, [roteMain, "query", "--index", small.words]);
  for (const query of ["to", "be"]) {
    child.stdin.write(`${JSON.stringify({ query_type: "count", query })}\n`);
    const [chunk] = (await once(child.stdout, "data")) as [Buffer];
    expect(JSON.parse(chunk.toString())).toMatchObject({ tokens: [query] });
  }
  child.stdin.end();
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("answers are written as they are made: a file of long ones needs no more memory than one", async () => {
  using scratch = freshDirectory();
  const words = Array.from({ length: 6000 }, (_, i) => `w${i}`).join(" ");
  writeFileSync(scratch.in("c.txt"), words);
  const out = scratch.in("index");
  const built = await rote(["index", "build", "--corpus", scratch.in("c.txt"), "--out", out]);
  expect(built.code).toBe(0);
  const input = '{"query_type":"ntd","query":""}\n'.repeat(120);
  const { status, stdout } = spawnSync(
    process.execPath,
    ["--max-old-space-size=64", roteMain, "query", "--index", out],
    { input, encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  expect(status).toBe(0);
  expect(stdout.split("\n")).toHaveLength(121);
});
