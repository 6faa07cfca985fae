/**
 * What the policy says of a code point, as one number: its folded code point in the low 21 bits, and
 * flags above. 0 means that nobody has asked yet: then the host answers.
 */
import { describe } from "./host";
import { classes } from "./state";

/** Part of a word. */
export const WORD: u32 = 1 << 30;
/** May reorder with, or compose onto, what stands before it: no cluster begins here. */
export const ATTACHES: u32 = 1 << 29;
/** NFKC may change it also where it stands alone, by more than one separator to another. */
export const UNSTABLE: u32 = 1 << 28;
/** NFKC may put it and what stands before it together. */
export const COMPOSES: u32 = 1 << 27;

const FOLDED: u32 = 0x1fffff;

export function classOf(codePoint: u32): u32 {
  const known = load<u32>(classes + (codePoint << 2));
  return known != 0 ? known : describe(codePoint);
}

export function foldedOf(classBits: u32): u32 {
  return classBits & FOLDED;
}
