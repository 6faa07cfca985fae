/**
 * The answers of the original package to 295 questions about an index that it built. Not its own:
 * - what it calls an error is an exception here; the texts belong to its interface;
 * - a hit on a separator has needle offset -1, where the original shows an unsigned underflow (2^63 - 1).
 */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { attributeSpans, longestMatches } from "#rote/counting/ngram-index/attribution.js";
import { findCnf, type Cnf } from "#rote/counting/ngram-index/cnf.js";
import {
  readDocument,
  readDocumentAt,
  readDocumentAtRank,
  searchDocuments,
  type IndexDocument,
} from "#rote/counting/ngram-index/documents.js";
import type { NextTokens } from "#rote/counting/ngram-index/next-tokens.js";
import type { NgramIndex, Probability } from "#rote/counting/ngram-index/ngram-index.js";
import { openIndex } from "#rote/counting/ngram-index/open-index.js";

const path = "../shared/data/golden/infini-gram-index";
const absent = !existsSync(path);

interface Question {
  readonly op: string;
  readonly ids: readonly number[];
  readonly cont: number;
  readonly max_support?: number;
  readonly s: number;
  readonly rank: number;
  readonly ptr: number;
  readonly doc_ix: number;
  readonly maxnum: number;
  readonly max_disp_len?: number;
  readonly cnf: Cnf;
  readonly max_clause_freq?: number;
  readonly max_diff_tokens?: number;
  readonly delim_ids: readonly number[];
  readonly min_len: number;
  readonly max_cnt: number;
}

function linesOf(name: string): unknown[] {
  const lines = readFileSync(`${path}/${name}`, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as unknown);
}

const questions = absent ? [] : (linesOf("queries.jsonl") as Question[]);
const answers = absent ? [] : (linesOf("answers.jsonl") as Record<string, unknown>[]);

function prob({ contextCount, continuationCount, probability }: Probability): object {
  return { prompt_cnt: contextCount, cont_cnt: continuationCount, prob: probability ?? -1 };
}

function ntd({ contextCount, tokens, counts, approximate }: NextTokens): object {
  const rows = Array.from(tokens, (token, i): [number, object] => [
    token,
    { cont_cnt: counts[i], prob: counts[i]! / contextCount },
  ]);
  return {
    prompt_cnt: contextCount,
    result_by_token_id: Object.fromEntries(rows),
    approx: approximate,
  };
}

/** The original shows half of `max_disp_len` before the hit and the other half from it on. */
function around({ max_disp_len: shown = 1000 }: Question): { before: number; after: number } {
  return { before: Math.floor(shown / 2), after: Math.ceil(shown / 2) };
}

function documentOf(document: IndexDocument): object {
  const { needleOffset, tokens } = document;
  return {
    doc_ix: document.document,
    doc_len: document.length,
    disp_len: tokens.length,
    needle_offset: needleOffset === -1 ? 2 ** 63 : needleOffset,
    metadata: document.metadata,
    token_ids: [...tokens],
    blocked: false,
  };
}

function cnf(index: NgramIndex, question: Question): ReturnType<typeof findCnf> {
  const { max_clause_freq: maxClauseCount = 50_000, max_diff_tokens: maxDistance = 100 } = question;
  return findCnf(index, question.cnf, { maxClauseCount, maxDistance });
}

const ask: Readonly<Record<string, (index: NgramIndex, question: Question) => unknown>> = {
  count: (index, { ids }) => ({ count: index.count(ids), approx: false }),
  find(index, { ids }) {
    const { count, segments } = index.find(ids);
    return { cnt: count, segment_by_shard: segments.map(({ start, end }) => [start, end]) };
  },
  prob: (index, { ids, cont }) => prob(index.probability(ids, cont)),
  ntd: (index, { ids, max_support: maxSupport = 1000 }) =>
    ntd(index.nextTokens(ids, { maxSupport })),
  infgram_prob(index, { ids, cont }) {
    const answer = index.infinityGram(ids, cont);
    return { ...prob(answer), suffix_len: answer.suffixLength };
  },
  infgram_ntd(index, { ids, max_support: maxSupport = 1000 }) {
    const answer = index.infinityGramNextTokens(ids, { maxSupport });
    return { ...ntd(answer), suffix_len: answer.suffixLength };
  },
  count_cnf(index, question) {
    const { count, approximate } = cnf(index, question);
    return { count, approx: approximate };
  },
  find_cnf(index, question) {
    const { count, approximate, positions } = cnf(index, question);
    const never = question.cnf.some((clause) => clause.every((ids) => index.count(ids) === 0));
    const pointers = positions.map((shard) => Array.from(shard, (position) => 2 * position));
    return { cnt: count, approx: approximate, ptrs_by_shard: never ? [] : pointers };
  },
  get_doc_by_rank: (index, question) =>
    documentOf(readDocumentAtRank(index, question.s, question.rank, around(question))),
  get_doc_by_ptr: (index, question) =>
    documentOf(readDocumentAt(index, question.s, question.ptr / 2, around(question))),
  get_doc_by_ix: (index, { doc_ix: document, max_disp_len: after = 1000 }) =>
    documentOf(readDocument(index, document, { after })),
  creativity: (index, { ids }) => ({ rs: [...longestMatches(index, ids)] }),
  attribute(index, { ids, delim_ids: delimiters, min_len: minLength, max_cnt: maxCount }) {
    const spans = attributeSpans(index, ids, { delimiters, minLength, maxCount });
    return {
      spans: spans.map(({ start, end, count, segments, logProbability }) => ({
        l: start,
        r: end,
        length: end - start,
        count,
        unigram_logprob_sum: expect.closeTo(logProbability, 9) as number,
        docs: segments.flatMap((segment, s) =>
          Array.from({ length: segment.end - segment.start }, (_, i) => ({
            s,
            ptr: 2 * index.shards[s]!.positionAt(segment.start + i),
          })),
        ),
      })),
    };
  },
};

describe.skipIf(absent)(absent ? `golden (skipped: no ${path})` : "golden", () => {
  test.each(Object.keys(ask))("%s", async (op) => {
    for (const memory of [2 ** 30, 0]) {
      using index = await openIndex(`${path}/index`, { endOfDocument: 50_256, memory });
      let asked = 0;
      for (const [i, question] of questions.entries()) {
        if (question.op !== op) continue;
        asked += 1;
        if ("error" in answers[i]!) expect(() => ask[op]!(index, question)).toThrow();
        else expect(answers[i], `line ${i + 1}`).toEqual(ask[op]!(index, question));
      }
      expect(asked).toBeGreaterThan(0);
    }
  });

  test("search_docs, without its duplicates", async () => {
    using index = await openIndex(`${path}/index`, { endOfDocument: 50_256 });
    for (const [i, question] of questions.entries()) {
      if (question.op !== "search_docs") continue;
      const { cnt, documents } = answers[i] as { cnt: number; documents: object[] };
      const found = searchDocuments(index, question.ids, {
        ...around(question),
        limit: question.maxnum,
      });
      expect(found.count).toBe(cnt);
      expect(found.documents.map(documentOf)).toEqual(documents.slice(0, Math.min(cnt, 1)));
    }
  });
});
