/**
 * The p-quantile of ascending values, interpolated linearly between neighbors (type 7 of Hyndman &
 * Fan 1996, the default of R and NumPy). NaN for no values.
 */
export function quantile(ascending: Float64Array, p: number): number {
  const position = p * (ascending.length - 1);
  const below = ascending[Math.floor(position)] ?? NaN;
  const above = ascending[Math.ceil(position)] ?? NaN;
  // Equal neighbors are not subtracted: two infinities would give NaN.
  return below === above ? below : below + (position - Math.floor(position)) * (above - below);
}
