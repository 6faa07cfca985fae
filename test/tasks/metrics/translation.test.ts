import { describe, expect, test } from "vitest";
import { type BleuOptions, corpusBleu, sentenceBleu } from "#rote/tasks/metrics/bleu.js";
import { tokenizeSegment } from "#rote/tasks/metrics/bleu-tokenizers.js";
import { type ChrfOptions, corpusChrf, sentenceChrf } from "#rote/tasks/metrics/chrf.js";
import { rougeL, rougeN } from "#rote/tasks/metrics/rouge.js";
import { golden, withGolden } from "./golden.ts";

interface Bleu {
  score: number;
  signature: string;
  counts: number[];
  totals: number[];
  precisions: number[];
  bp: number;
  sys_len: number;
  ref_len: number;
}

interface Pair {
  hyp: string;
  ref: string;
  tokens_13a: { hyp: string; ref: string };
  sentence_bleu: Bleu;
  sentence_bleu_no_effective_order: number;
  chrf2: number;
  chrf2pp: number;
  rouge: Record<"rouge1" | "rouge2" | "rougeL", [number, number, number]>;
}

interface Translation {
  pairs: Pair[];
  corpus_30: Record<string, Bleu>;
  corpus_exp_smoothing: { pairs: number[]; bleu_13a_exp: Bleu; bleu_smooth_none: Bleu };
  corpus_two_references: { second_references: string[]; bleu_13a_exp: Bleu; chrf2: Bleu };
  mean_rougeL_f: number;
}

const digits = 11;

function expectBleu(score: ReturnType<typeof corpusBleu>, expected: Bleu): void {
  expect(score.score).toBeCloseTo(expected.score, digits);
  expect(score.counts).toEqual(expected.counts);
  expect(score.totals).toEqual(expected.totals);
  for (const [i, precision] of expected.precisions.entries())
    expect(score.precisions[i]).toBeCloseTo(precision, digits);
  expect(score.brevityPenalty).toBeCloseTo(expected.bp, digits);
  expect(score.hypothesisLength).toBe(expected.sys_len);
  expect(score.referenceLength).toBe(expected.ref_len);
}

describe("numbers of sacreBLEU 2.6.0 and rouge-score 0.1.2", () => {
  withGolden("each pair's words, sentence BLEU, chrF and ROUGE", () => {
    const { pairs, mean_rougeL_f } = golden("translation") as Translation;
    expect(pairs).toHaveLength(30);
    for (const { hyp, ref, ...expected } of pairs) {
      expect(tokenizeSegment(hyp, "13a").join(" ")).toBe(expected.tokens_13a.hyp);
      expect(tokenizeSegment(ref, "13a").join(" ")).toBe(expected.tokens_13a.ref);
      expectBleu(sentenceBleu(hyp, [ref]), expected.sentence_bleu);
      expect(sentenceBleu(hyp, [ref], { effectiveOrder: false }).score).toBeCloseTo(
        expected.sentence_bleu_no_effective_order,
        digits,
      );
      expect(sentenceChrf(hyp, [ref]).score).toBeCloseTo(expected.chrf2, digits);
      expect(sentenceChrf(hyp, [ref], { wordOrder: 2 }).score).toBeCloseTo(
        expected.chrf2pp,
        digits,
      );
      const rouges = [rougeN(hyp, ref, 1), rougeN(hyp, ref, 2), rougeL(hyp, ref)];
      for (const [i, name] of (["rouge1", "rouge2", "rougeL"] as const).entries()) {
        const { precision, recall, f } = rouges[i]!;
        for (const [j, value] of [precision, recall, f].entries())
          expect(value, `${name} of ${hyp}`).toBeCloseTo(expected.rouge[name][j]!, digits);
      }
    }
    const mean = pairs.reduce((sum, { hyp, ref }) => sum + rougeL(hyp, ref).f, 0) / pairs.length;
    expect(mean).toBeCloseTo(mean_rougeL_f, digits);
  });

  const bleus: Record<string, BleuOptions> = {
    bleu_13a_exp: {},
    bleu_lowercase: { lowercase: true },
    bleu_tok_none: { tokenizer: "none" },
    bleu_tok_intl: { tokenizer: "intl" },
    bleu_tok_char: { tokenizer: "char" },
    bleu_smooth_none: { smoothing: "none" },
    bleu_smooth_floor: { smoothing: "floor" },
    bleu_smooth_add_k: { smoothing: "add-k" },
  };
  const chrfs: Record<string, ChrfOptions> = { chrf2: {}, chrf2pp: { wordOrder: 2 } };

  withGolden("the corpus of 30 pairs, with signatures", () => {
    const { pairs, corpus_30: expected } = golden("translation") as Translation;
    const hypotheses = pairs.map(({ hyp }) => hyp);
    const references = pairs.map(({ ref }) => [ref]);
    for (const [name, options] of Object.entries(bleus)) {
      const score = corpusBleu(hypotheses, references, options);
      expectBleu(score, expected[name]!);
      expect(score.signature).toBe(expected[name]!.signature);
    }
    for (const [name, options] of Object.entries(chrfs)) {
      const score = corpusChrf(hypotheses, references, options);
      expect(score.score).toBeCloseTo(expected[name]!.score, digits);
      expect(score.signature).toBe(expected[name]!.signature);
    }
  });

  withGolden("a corpus whose higher orders have no match, and two references", () => {
    const { pairs, corpus_exp_smoothing, corpus_two_references } = golden(
      "translation",
    ) as Translation;
    const few = corpus_exp_smoothing.pairs.map((i) => pairs[i]!);
    const [hyps, refs] = [few.map(({ hyp }) => hyp), few.map(({ ref }) => [ref])];
    expectBleu(corpusBleu(hyps, refs), corpus_exp_smoothing.bleu_13a_exp);
    expectBleu(
      corpusBleu(hyps, refs, { smoothing: "none" }),
      corpus_exp_smoothing.bleu_smooth_none,
    );
    const { second_references: second, bleu_13a_exp, chrf2 } = corpus_two_references;
    const hypotheses = pairs.map(({ hyp }) => hyp);
    const both = pairs.map(({ ref }, i) => [ref, second[i]!]);
    const score = corpusBleu(hypotheses, both);
    expectBleu(score, bleu_13a_exp);
    expect(score.signature).toBe(bleu_13a_exp.signature);
    expect(corpusChrf(hypotheses, both).score).toBeCloseTo(chrf2.score, digits);
  });
});

test("clipped precision of Papineni et al. 2002, §2.1: 2/7 of seven times the", () => {
  const references = ["The cat is on the mat.", "There is a cat on the mat."];
  const options = { lowercase: true };
  const { counts, totals } = sentenceBleu("the the the the the the the", references, options);
  expect([counts[0], totals[0]]).toEqual([2, 7]);
});

test("of two references equally near the shorter sets the brevity penalty", () => {
  expect(sentenceBleu("a b c", ["a b c d", "a b"]).referenceLength).toBe(2);
});

test("segments without references, or with different numbers of them, are refused", () => {
  expect(() => corpusBleu([], [])).toThrow("0 hypotheses and references of 0 segments");
  expect(() => corpusBleu(["a"], [])).toThrow("1 hypotheses and references of 0 segments");
  expect(() => corpusChrf(["a", "b"], [["a"], ["b", "c"]])).toThrow(
    "segment 2 has 2 references and the first 1",
  );
});

test("Chinese and international words are those of sacreBLEU 2.6.0", () => {
  const hypotheses = [
    "北京是中华人民共和国的首都,人口2,100万。",
    "他说“你好” at 5:30pm…",
    "𠀀字，１２３ ok",
    "The cat sat.",
  ];
  const references = [
    "北京是中国的首都，人口约2,100万。",
    "他说：“你好”，在5:30 pm…",
    "𠀀字,123 ok",
    "A cat sat.",
  ];
  expect(hypotheses.map((text) => tokenizeSegment(text, "zh").join(" "))).toEqual([
    "北 京 是 中 华 人 民 共 和 国 的 首 都 , 人 口 2,100 万 。",
    "他 说 “ 你 好 ” at 5 : 30pm …",
    "𠀀 字 ， １ ２ ３ ok",
    "The cat sat .",
  ]);
  expect(hypotheses.map((text) => tokenizeSegment(text, "intl").join(" "))).toEqual([
    "北京是中华人民共和国的首都 , 人口2,100万 。",
    "他说 “ 你好 ” at 5:30pm …",
    "𠀀字 ， １２３ ok",
    "The cat sat .",
  ]);
  const { score, signature } = corpusBleu(
    hypotheses,
    references.map((reference) => [reference]),
    { tokenizer: "zh" },
  );
  expect(score).toBeCloseTo(29.78380425608937, digits);
  expect(signature).toBe("nrefs:1|case:mixed|eff:no|tok:zh|smooth:exp|version:2.6.0");
});
