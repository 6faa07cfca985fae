/**
 * Levenshtein distance of two sequences of numbers: the fewest insertions, deletions and replacements.
 * For token ids, which string libraries cannot hold. O(|a| · |b|) time, O(|b|) memory.
 */
export function levenshtein(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const distances = Uint32Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    let diagonal = distances[0]!;
    distances[0] = i + 1;
    for (let j = 0; j < b.length; j++) {
      const replaced = diagonal + (a[i] === b[j] ? 0 : 1);
      diagonal = distances[j + 1]!;
      distances[j + 1] = Math.min(replaced, diagonal + 1, distances[j]! + 1);
    }
  }
  return distances[b.length]!;
}
