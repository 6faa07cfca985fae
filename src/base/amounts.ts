/** Numbers in sentences. Locale is none of our inputs. */

/** A whole number with separators: 1,204,118. */
export function formatInteger(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A number of things: 1 row, 2,580 rows. */
export function amount(value: number, noun: string, plural = `${noun}s`): string {
  return `${formatInteger(value)} ${value === 1 ? noun : plural}`;
}
