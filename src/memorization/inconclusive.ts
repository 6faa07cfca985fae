/** Why the points of a view bear no estimate, before anything is computed. */
import { type CorpusColumns, meetings } from "./corpus-columns.ts";
import { distinctCount, type PointSet } from "./point-set.ts";
import { fewestPoints } from "./null-distribution.ts";
import type { RankSample } from "../stats/rank-sample.ts";
import type { Quantity } from "./quantities.ts";
import type { InfinityGramRule } from "./rows.ts";

/** An interval over fewer is not worth its name. */
const fewestExamples = 10;

/** Points and the corpus's side of them. */
export interface View {
  readonly set: PointSet;
  readonly corpus: CorpusColumns;
  /** Its columns, ranked when they are first asked for. */
  readonly sample: () => RankSample;
}

/** Undefined where the quantity can be computed and bears an interval. */
export function whyInconclusive(view: View, quantity: Quantity): string | undefined {
  return (
    whyTooFew(view.set) ??
    (quantity.rule === undefined
      ? whyCorpusAlike(view, quantity)
      : whyInfinityGramsAlike(view.set, quantity.rule)) ??
    whyModelAlike(view.set, quantity)
  );
}

function whyTooFew(set: PointSet): string | undefined {
  const { example, cluster } = set;
  const points = pointsIn(set);
  if (example.length < fewestPoints)
    return `${points}, and a correlation needs at least ${fewestPoints}`;
  const [examples, clusters] = [distinctCount(example), distinctCount(cluster)];
  if (examples < fewestExamples)
    return `the ${points} come from ${plural(examples, "example")}, and an interval needs at least ${fewestExamples}`;
  if (clusters < fewestExamples)
    return `the ${points} of ${examples} examples come from ${plural(clusters, "group")}, and an interval needs at least ${fewestExamples}`;
  return undefined;
}

function whyCorpusAlike({ set, corpus }: View, { method, measure }: Quantity): string | undefined {
  const points = pointsIn(set);
  const met = meetings(set);
  const isCensored = method === "censored-tau-b";
  const isSmoothed = set.smoothing !== undefined && method !== "auc" && !isCensored;
  if (!isSmoothed && met.every((own) => own === 0))
    return `none of the ${points} co-occurs in the corpus, so all have probability 0`;
  if (method === "auc") {
    if (met.every((own) => own === 1))
      return `all ${points} co-occur in the corpus, so there is none that never meets to be told from them`;
    return undefined;
  }
  if (isCensored && !corpus.known!.includes(1))
    return `each of the ${points} has a pair that never meets, so that no order of two is certain`;
  const isInformation = measure === "mutual-information";
  const values = isInformation ? corpus.information : corpus.corpus;
  if (!values.every((value) => value === values[0])) return undefined;
  if (isInformation) return `all ${points} have the same mutual information in the corpus`;
  const shown = set.starts === undefined ? `, ${round(Math.exp(values[0]!))}` : "";
  return `all ${points} have the same probability in the corpus${shown}`;
}

function whyInfinityGramsAlike(set: PointSet, rule: InfinityGramRule): string | undefined {
  const values = set.infinityGram![rule];
  if (!values.every((value) => value === values[0])) return undefined;
  return `all ${pointsIn(set)} have the same ∞-gram probability, ${round(Math.exp(values[0]!))}`;
}

function whyModelAlike(set: PointSet, { measure, model }: Quantity): string | undefined {
  const { logLikelihood, neutralLogLikelihood: neutral } = set.models[model]!;
  const points = pointsIn(set);
  if (measure !== "mutual-information") {
    if (!logLikelihood.every((value) => value === logLikelihood[0])) return undefined;
    return `the model gives all ${points} the same log-probability, ${round(logLikelihood[0]!)}`;
  }
  const gains = logLikelihood.map((value, i) => value - neutral![i]!);
  const missing = gains.filter(Number.isNaN).length;
  if (missing > 0)
    return `${missing} of the ${points} have no log-probability after the neutral context`;
  if (!gains.every((value) => value === gains[0])) return undefined;
  return `the prompt adds the same to the log-probability of all ${points}, ${round(gains[0]!)}`;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
const pointsIn = ({ starts, example }: PointSet): string =>
  plural(example.length, starts === undefined ? "pair" : "output n-gram");
const round = (value: number): string => String(Number(value.toPrecision(3)));
