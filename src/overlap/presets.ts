/**
 * Published rules by which an example counts as contaminated. Each was read in its source; what ours
 * does otherwise is said in `differs`, because word boundaries and corpora are not theirs.
 */
import { RoteError } from "../base/errors.ts";
import { quantile } from "../stats/quantile.ts";
import type { Example } from "../tasks/task.ts";
import type { TextPolicy } from "../text/policy.ts";
import type { OverlapRow } from "./overlap-rows.ts";

/** The rows of one example at the rule's length. */
export interface ExampleRows {
  readonly input: OverlapRow;
  readonly output: OverlapRow;
  readonly both: OverlapRow;
}

/** A published rule. */
export interface OverlapPreset {
  readonly name: string;
  /** When an example is contaminated. */
  readonly rule: string;
  readonly source: string;
  /** What ours does otherwise. */
  readonly differs: string;
  /** Words of its n-grams, by the lengths of the examples in words. */
  readonly lengthFor: (exampleLengths: Float64Array) => number;
  /** Undefined where the rule says nothing of an example. */
  readonly isContaminated: (rows: ExampleRows) => boolean | undefined;
}

const ourWords = "words are those of the text policy";

/** Every preset, the oldest first. */
export const overlapPresets: readonly OverlapPreset[] = [
  {
    name: "gpt3",
    rule: "any n-gram in any document, n being the 5th percentile of the examples' lengths in words, at least 8 and at most 13",
    source:
      "Brown et al. 2020, Language Models are Few-Shot Learners, appendix C (arXiv 2005.14165)",
    differs: `${ourWords}, and no n-gram crosses from input to output`,
    lengthFor: (lengths) =>
      Math.min(13, Math.max(8, Math.floor(quantile(lengths.toSorted(), 0.05)))),
    isContaminated: hasAny,
  },
  {
    name: "lm-evaluation-harness",
    rule: "any 13-gram in any document",
    source: "EleutherAI/lm-evaluation-harness, docs/decontamination.md (made for The Pile)",
    differs: `${ourWords}; the harness looks at the text that each of its tasks names, here both sides count`,
    lengthFor: () => 13,
    isContaminated: hasAny,
  },
  {
    name: "palm",
    rule: "at least 70 % of the 8-grams in any documents",
    source:
      "Chowdhery et al. 2022, PaLM (arXiv 2204.02311), as Touvron et al. 2023, Llama 2, appendix A.6, states it",
    differs: `${ourWords}, and no n-gram crosses from input to output`,
    lengthFor: () => 8,
    isContaminated: ({ input, output }) => {
      const total = input.total + output.total;
      return total === 0 ? undefined : (input.matched + output.matched) / total >= 0.7;
    },
  },
  {
    name: "wimbd",
    rule: "the whole input and the whole output in one document",
    source:
      "Elazar et al. 2024, What's In My Big Data? (arXiv 2310.20707); allenai/wimbd, wimbd/es/corpus_contamination.py",
    differs: `${ourWords}, not of Elasticsearch's analyzer`,
    // The rule needs whole sides alone; the rows tell of 8-grams as well.
    lengthFor: () => 8,
    isContaminated: ({ input, output, both }) =>
      both.total === 0 ? undefined : both.longest === input.words + output.words,
  },
  {
    name: "tulu3",
    rule: "more than half of the input's words lie in 8-grams of one and the same document",
    source:
      "allenai/open-instruct, decontamination/README.md and search.py, as run with --ngram_size 8 --match_threshold 0.5; made for Tülu 3 (arXiv 2411.15124)",
    differs: `${ourWords}, not spaCy's tokens; a document is one of the corpus, there it is a prompt of the training set`,
    lengthFor: () => 8,
    isContaminated: ({ input }) =>
      input.total === 0 ? undefined : input.covered / input.words > 0.5,
  },
];

/** The preset of a name. */
export function overlapPreset(name: string): OverlapPreset {
  const preset = overlapPresets.find((candidate) => candidate.name === name);
  if (preset !== undefined) return preset;
  const names = overlapPresets.map((candidate) => candidate.name);
  throw new RoteError("usage", `there is no preset "${name}"; the presets are ${names.join(", ")}`);
}

/** The length of n-grams that a preset takes for these examples. */
export function presetLength(
  { lengthFor }: OverlapPreset,
  examples: readonly Example[],
  policy: TextPolicy,
): number {
  return lengthFor(
    Float64Array.from(
      examples,
      ({ input, output }) => policy.words(input).length + policy.words(output).length,
    ),
  );
}

function hasAny({ input, output }: ExampleRows): boolean | undefined {
  const isJudged = input.total + output.total > 0;
  return isJudged ? input.matched + output.matched > 0 : undefined;
}
