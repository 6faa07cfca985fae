/**
 * MT19937 of Matsumoto and Nishimura (1998), as C++ names it `std::mt19937`: only to draw what programs in
 * C++ draw. For our own random numbers see random.ts.
 */
const LENGTH = 624;
const SHIFT = 397;

/** 32-bit numbers in the order of `std::mt19937` with a seed. */
export function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(LENGTH);
  state[0] = seed;
  for (let i = 1; i < LENGTH; i++) {
    const last = state[i - 1]!;
    state[i] = Math.imul(1_812_433_253, last ^ (last >>> 30)) + i;
  }
  let next = LENGTH;
  return () => {
    if (next === LENGTH) {
      renew(state);
      next = 0;
    }
    let value = state[next++]!;
    value ^= value >>> 11;
    value ^= (value << 7) & 0x9d2c5680;
    value ^= (value << 15) & 0xefc60000;
    return (value ^ (value >>> 18)) >>> 0;
  };
}

function renew(state: Uint32Array): void {
  for (let i = 0; i < LENGTH; i++) {
    const mixed = (state[i]! & 0x80000000) | (state[(i + 1) % LENGTH]! & 0x7fffffff);
    state[i] = state[(i + SHIFT) % LENGTH]! ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
  }
}

/**
 * A whole number in [0, bound) as libstdc++'s `std::uniform_int_distribution` drew it from 32-bit numbers up
 * to GCC 10: a number divided by the largest whole factor that fits, drawn again where it lies beyond the last
 * whole part; beyond 2^32, the upper digit of two to the base of 2^32 first, and both again where they are too
 * high together. `bound` is at most 2^53.
 */
export function uniformBelow(bound: number, next: () => number): number {
  if (bound === 2 ** 32) return next();
  if (bound > 2 ** 32) {
    const highs = Math.floor((bound - 1) / 2 ** 32) + 1;
    for (;;) {
      const drawn = uniformBelow(highs, next) * 2 ** 32 + next();
      if (drawn < bound) return drawn;
    }
  }
  const factor = Math.floor((2 ** 32 - 1) / bound);
  for (;;) {
    const value = next();
    if (value < bound * factor) return Math.floor(value / factor);
  }
}
