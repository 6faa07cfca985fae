/** Why the points of a view bear no estimate, before anything is computed. */
import { distinctCount, type PointSet } from "./point-set.ts";
import { fewestPoints } from "./null-distribution.ts";
import type { Quantity } from "./quantities.ts";
import type { InfinityGramRule } from "./rows.ts";

/** An interval over fewer is not worth its name. */
const fewestExamples = 10;

/** Undefined where the quantity can be computed and bears an interval. */
export function whyInconclusive(view: PointSet, quantity: Quantity): string | undefined {
  return (
    whyTooFew(view) ??
    (quantity.rule === undefined
      ? whyCorpusAlike(view, quantity)
      : whyInfinityGramsAlike(view, quantity.rule)) ??
    whyModelAlike(view, quantity)
  );
}

function whyTooFew({ codf, example, cluster }: PointSet): string | undefined {
  const pairs = pairsIn(codf.length);
  if (codf.length < fewestPoints)
    return `${pairs}, and a correlation needs at least ${fewestPoints}`;
  const [examples, clusters] = [distinctCount(example), distinctCount(cluster)];
  const plural = (count: number, noun: string): string =>
    `${count} ${noun}${count === 1 ? "" : "s"}`;
  if (examples < fewestExamples)
    return `the ${pairs} come from ${plural(examples, "example")}, and an interval needs at least ${fewestExamples}`;
  if (clusters < fewestExamples)
    return `the ${pairs} of ${examples} examples come from ${plural(clusters, "group")}, and an interval needs at least ${fewestExamples}`;
  return undefined;
}

function whyCorpusAlike(
  { codf, dfA, dfB }: PointSet,
  { method, measure }: Quantity,
): string | undefined {
  const pairs = pairsIn(codf.length);
  if (codf.every((count) => count === 0))
    return `none of the ${pairs} co-occurs in the corpus, so all have probability 0`;
  if (method === "auc") {
    if (codf.every((count) => count > 0))
      return `all ${pairs} co-occur in the corpus, so there is none that never meets to be told from them`;
    return undefined;
  }
  const isInformation = measure === "mutual-information";
  const value = (i: number): number => codf[i]! / dfA[i]! / (isInformation ? dfB[i]! || 1 : 1);
  if (!codf.every((_, i) => value(i) === value(0))) return undefined;
  return isInformation
    ? `all ${pairs} have the same mutual information in the corpus`
    : `all ${pairs} have the same probability in the corpus, ${round(value(0))}`;
}

function whyInfinityGramsAlike(
  { infinityGram }: PointSet,
  rule: InfinityGramRule,
): string | undefined {
  const values = infinityGram![rule];
  if (!values.every((value) => value === values[0])) return undefined;
  return `all ${pairsIn(values.length)} have the same ∞-gram probability, ${round(Math.exp(values[0]!))}`;
}

function whyModelAlike({ models }: PointSet, { measure, model }: Quantity): string | undefined {
  const { logLikelihood, neutralLogLikelihood: neutral } = models[model]!;
  const pairs = pairsIn(logLikelihood.length);
  if (measure !== "mutual-information") {
    if (!logLikelihood.every((value) => value === logLikelihood[0])) return undefined;
    return `the model gives all ${pairs} the same log-probability, ${round(logLikelihood[0]!)}`;
  }
  const gains = logLikelihood.map((value, i) => value - neutral![i]!);
  const missing = gains.filter(Number.isNaN).length;
  if (missing > 0)
    return `${missing} of the ${pairs} have no log-probability after the neutral context`;
  if (!gains.every((value) => value === gains[0])) return undefined;
  return `the prompt adds the same to the log-probability of all ${pairs}, ${round(gains[0]!)}`;
}

const pairsIn = (count: number): string => (count === 1 ? "1 pair" : `${count} pairs`);
const round = (value: number): string => String(Number(value.toPrecision(3)));
