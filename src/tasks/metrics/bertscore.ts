/**
 * BERTScore (Zhang et al. 2020, ICLR): each token of one text is matched with the token of the other
 * whose vector in context is nearest by cosine. Precision is the mean over the hypothesis's tokens,
 * recall over the reference's. As the package bert-score 0.3: without weights special tokens count
 * like others, inverse document frequencies give them 0, a text without an ordinary token scores 0,
 * and nothing is rescaled by a baseline. Scores are comparable only under one encoder and layer.
 */
import { RoteError } from "../../base/errors.ts";
import type { EmbeddingModel, TokenVectors } from "../../models/embedding-model.ts";
import type { PrecisionRecall } from "./rouge.ts";

/** The name under which a study asks for it. */
export const BERTSCORE = "bertscore";

/** A text's token vectors, one row of `dimension` numbers a token, and what each token counts. */
export interface WeightedVectors {
  readonly dimension: number;
  readonly rows: ArrayLike<number>;
  /** One a token; default 1. */
  readonly weights?: ArrayLike<number>;
}

/** Which vectors, and what tokens count. */
export interface BertScoreOptions {
  /** Of the encoder; default its last. bert-score recommends one for each of its models. */
  readonly layer?: number | undefined;
  /** Weigh tokens by inverse document frequency among the references; default false. */
  readonly idf?: boolean;
}

/** BERTScore of each hypothesis against its reference. */
export async function bertScores(
  embedder: EmbeddingModel,
  hypotheses: readonly string[],
  references: readonly string[],
  { layer, idf = false }: BertScoreOptions = {},
): Promise<readonly PrecisionRecall[]> {
  if (embedder.embedTokens === undefined)
    throw new RoteError(
      "model/cannot",
      `${embedder.identity.name} gives no vectors of tokens; BERTScore needs a sentence encoder's folder`,
    );
  if (hypotheses.length !== references.length)
    throw new RoteError(
      "usage",
      `${hypotheses.length} hypotheses and ${references.length} references; each hypothesis needs its reference`,
    );
  const options = layer === undefined ? {} : { layer };
  const given = await embedder.embedTokens(hypotheses, options);
  const wanted = await embedder.embedTokens(references, options);
  const weigh = idf ? inverseDocumentFrequencies(wanted) : undefined;
  return given.map((vectors, i) => {
    const reference = wanted[i]!;
    if (!hasWord(vectors) || !hasWord(reference)) return { precision: 0, recall: 0, f: 0 };
    return matchVectors(weighted(vectors, weigh), weighted(reference, weigh));
  });
}

/** The matching of BERTScore on given vectors, which need not be of length 1. */
export function matchVectors(
  hypothesis: WeightedVectors,
  reference: WeightedVectors,
): PrecisionRecall {
  const [given, wanted] = [unitRows(hypothesis), unitRows(reference)];
  const bestGiven = given.map(() => -Infinity);
  const bestWanted = wanted.map(() => -Infinity);
  for (const [i, row] of given.entries()) {
    for (const [j, other] of wanted.entries()) {
      const cosine = dot(row, other);
      bestGiven[i] = Math.max(bestGiven[i]!, cosine);
      bestWanted[j] = Math.max(bestWanted[j]!, cosine);
    }
  }
  const precision = weightedMean(bestGiven, hypothesis.weights);
  const recall = weightedMean(bestWanted, reference.weights);
  const sum = precision + recall;
  return { precision, recall, f: sum === 0 ? 0 : (2 * precision * recall) / sum };
}

type Weigh = (id: number) => number;

/** log((N + 1) / (df + 1)) of each token among N texts; of one in none of them log(N + 1). */
function inverseDocumentFrequencies(texts: readonly TokenVectors[]): Weigh {
  const df = new Map<number, number>();
  for (const { ids } of texts) for (const id of new Set(ids)) df.set(id, (df.get(id) ?? 0) + 1);
  return (id) => Math.log((texts.length + 1) / ((df.get(id) ?? 0) + 1));
}

function weighted(vectors: TokenVectors, weigh: Weigh | undefined): WeightedVectors {
  if (weigh === undefined) return vectors;
  const weights = Array.from(vectors.ids, (id, i) => (isSpecial(vectors, i) ? 0 : weigh(id)));
  return { ...vectors, weights };
}

function isSpecial({ offsets }: TokenVectors, token: number): boolean {
  return offsets[2 * token] === offsets[2 * token + 1];
}

function hasWord(vectors: TokenVectors): boolean {
  return vectors.ids.some((_, token) => !isSpecial(vectors, token));
}

function unitRows({ rows, dimension }: WeightedVectors): readonly Float64Array[] {
  return Array.from({ length: rows.length / dimension }, (_, token) => {
    const row = Float64Array.from({ length: dimension }, (__, i) => rows[token * dimension + i]!);
    const length = Math.sqrt(dot(row, row));
    return row.map((value) => value / length);
  });
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i]! * other[i]!;
  return sum;
}

/** 0 where all weights are 0. */
function weightedMean(values: readonly number[], weights?: ArrayLike<number>): number {
  let [sum, total] = [0, 0];
  for (const [i, value] of values.entries()) {
    const weight = weights === undefined ? 1 : weights[i]!;
    sum += weight * value;
    total += weight;
  }
  return total === 0 ? 0 : sum / total;
}
