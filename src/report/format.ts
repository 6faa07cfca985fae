/** Numbers as the report prints them. The minus sign is U+2212, as in print. */

/** A correlation: two decimals. */
export function decimal(value: number, digits = 2): string {
  const text = value.toFixed(digits);
  // "-0.00" says nothing that "0.00" does not.
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text.replace("-", "−");
}

/** A whole number with separators: 1,204,118. */
export function integer(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",")
    .replace("-", "−");
}

/** A p-value: three decimals, and never zero. */
export function probability(value: number): string {
  return value < 0.001 ? "< 0.001" : value.toFixed(3);
}

/** A share with three significant digits, two below 1e-4: 1, 0.25, 0.00313, 1.2e-5. */
export function share(value: number): string {
  if (value === 0 || value === 1) return String(value);
  return value < 1e-4 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

/** Parameters of a model: 0.36M, 1.3M, 6.9B. */
export function parameterCount(value: number): string {
  const [scaled, unit] = value >= 1e9 ? [value / 1e9, "B"] : [value / 1e6, "M"];
  return `${Number(scaled.toPrecision(2))}${unit}`;
}

/** One word for one, another for the rest: 1 pair, 12 pairs. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${integer(value)} ${value === 1 ? one : many}`;
}

/** Seconds with one decimal. */
export function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
