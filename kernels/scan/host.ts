/** What the kernel asks of JavaScript. Both are rare: each code point is described once, and few clusters change. */

/** The class of a code point (classes.ts). The host stores it in the table, too. */
export declare function describe(codePoint: u32): u32;

/**
 * NFKC of a cluster: `count` code points of 4 bytes at `address`, which the result overwrites.
 * Returns the number of code points of the result, at most 18 for each.
 */
export declare function normalize(address: usize, count: u32): u32;
