/**
 * Seeded random numbers: sfc32 (Chris Doty-Humphrey's Small Fast Counting generator, PractRand),
 * seeded through splitmix-style mixing of a string. The same seed gives the same numbers on every
 * platform; independent streams are made by name with `fork`, so that adding a consumer does not
 * shift the numbers of another.
 */
export interface Rng {
  /** A float in [0, 1) with 32 random bits. */
  next(): number;
  /** An integer in [0, bound), without modulo bias. */
  int(bound: number): number;
  /** A standard normal variate. */
  normal(): number;
  /** Shuffle an array or typed array in place (Fisher–Yates) and return it. */
  shuffle<T extends unknown[] | Int32Array | Uint32Array | Float64Array>(items: T): T;
  /** An independent stream for a named purpose. */
  fork(name: string): Rng;
}

/** A generator for a seed. */
export function createRng(seed: number | string): Rng {
  const key = String(seed);
  const nextUint32 = sfc32(key);
  let spare: number | undefined;

  const next = (): number => nextUint32() / 4294967296;
  const int = (bound: number): number => {
    if (!(bound >= 1 && bound <= 4294967296))
      throw new RangeError(`bound must lie in [1, 2^32], got ${bound}`);
    const limit = 4294967296 - (4294967296 % bound);
    for (;;) {
      const value = nextUint32();
      if (value < limit) return value % bound;
    }
  };
  // Marsaglia's polar method gives two variates at a time.
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const x = 2 * next() - 1;
      const y = 2 * next() - 1;
      const square = x * x + y * y;
      if (square === 0 || square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * scale;
      return x * scale;
    }
  };
  const shuffle = <T extends unknown[] | Int32Array | Uint32Array | Float64Array>(items: T): T => {
    for (let i = items.length - 1; i > 0; i--) {
      const j = int(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  };
  return { next, int, normal, shuffle, fork: (name) => createRng(`${key}/${name}`) };
}

function sfc32(key: string): () => number {
  let hash = 0x9e3779b9;
  const mix = (code: number): number => {
    hash = Math.imul(hash ^ code, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^= hash >>> 16) >>> 0;
  };
  for (let i = 0; i < key.length; i++) mix(key.charCodeAt(i));
  let [a, b, c, counter] = [mix(1), mix(2), mix(3), 1];
  const nextUint32 = (): number => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    return result >>> 0;
  };
  for (let i = 0; i < 15; i++) nextUint32();
  return nextUint32;
}
