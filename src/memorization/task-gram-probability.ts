/**
 * The task-gram language model (Wang et al. 2025, Eq. 1) over documents: P(b|a) = codf(a,b) / df(a),
 * in [0, 1] by construction. A pair that never co-occurs has probability zero and log-probability
 * -Infinity: the lowest rank, not a missing value. Without a document that holds a, P is undefined.
 */
export function logProbability(codf: number, dfA: number): number {
  if (!(dfA > 0)) throw new RangeError(`P(b|a) is undefined for df(a) = ${dfA}`);
  return Math.log(codf / dfA);
}
