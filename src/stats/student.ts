/**
 * Student's t distribution through the regularized incomplete beta function (continued fraction of
 * Lentz, modified; DiDonato & Morris 1992). Relative precision about 1e-12 in the tails as well.
 */

/** P(|T| ≥ |t|) with `df` degrees of freedom; 0 for an infinite t. */
export function studentTwoSided(t: number, df: number): number {
  if (!(df > 0) || Number.isNaN(t))
    throw new RangeError(`no tail of t = ${t} with ${df} degrees of freedom`);
  if (!Number.isFinite(t)) return 0;
  const square = t * t;
  return regularizedBeta(df / (df + square), square / (df + square), df / 2, 0.5);
}

/** The t > 0 with P(|T| ≥ t) = `p`, for p in (0, 1), by bisection to the limits of a double. */
export function studentCritical(p: number, df: number): number {
  if (!(p > 0 && p < 1))
    throw new RangeError(`a probability must lie strictly between 0 and 1, got ${p}`);
  let [low, high] = [0, 1];
  while (studentTwoSided(high, df) > p) high *= 2;
  for (let step = 0; step < 100 && low < high; step++) {
    const middle = (low + high) / 2;
    if (studentTwoSided(middle, df) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** I_x(a, b) where `rest` = 1 − x, given apart so that neither loses digits. */
function regularizedBeta(x: number, rest: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (rest <= 0) return 1;
  const logX = x > 0.5 ? Math.log1p(-rest) : Math.log(x);
  const logRest = rest > 0.5 ? Math.log1p(-x) : Math.log(rest);
  const front = Math.exp(logGammaRise(a, b) - logGamma(b) + a * logX + b * logRest);
  // The fraction converges fast below the mean; above it the mirrored one does.
  if (x < (a + 1) / (a + b + 2)) return (front * betaFraction(x, a, b)) / a;
  return 1 - (front * betaFraction(rest, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return fraction;
}

/** ln Γ(a + b) − ln Γ(a), without the digits that two large logarithms would cancel. */
function logGammaRise(a: number, b: number): number {
  if (a < 15) return logGamma(a + b) - logGamma(a);
  const correction = stirlingSeries(a + b) - stirlingSeries(a);
  return (a - 0.5) * Math.log1p(b / a) + b * Math.log(a + b) - b + correction;
}

/** ln Γ(x) for x > 0: Stirling's series after raising x to 15 and more. */
function logGamma(x: number): number {
  let [raised, shift] = [x, 1];
  while (raised < 15) shift *= raised++;
  const leading = (raised - 0.5) * Math.log(raised) - raised + Math.log(2 * Math.PI) / 2;
  return leading + stirlingSeries(raised) - Math.log(shift);
}

function stirlingSeries(x: number): number {
  const inverse = 1 / (x * x);
  const tail = 1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188));
  return (1 / 12 - inverse * tail) / x;
}
