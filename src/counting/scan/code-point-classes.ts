/** What a policy says of a code point, in the form of kernels/scan/classes.ts. */
import type { TextPolicy } from "../../text/policy.ts";
import { ATTACHES, foldCodePoint, properties, SPACE, WORD } from "../../text/unicode.ts";

const KNOWN = 2 ** 31;
const IS_WORD = 2 ** 30;
const IS_ATTACHING = 2 ** 29;
const IS_UNSTABLE = 2 ** 28;
const IS_COMPOSING = 2 ** 27;

/** The class of one code point, lone surrogates included. */
export function describeCodePoint(policy: TextPolicy["name"], codePoint: number): number {
  if (policy === "exact-words") return KNOWN + (isWord(codePoint) ? IS_WORD : 0) + codePoint;
  const belongs = policy === "characters" ? !isSpace(codePoint) : isWord(codePoint);
  return (
    KNOWN +
    (belongs ? IS_WORD : 0) +
    (attaches(codePoint) ? IS_ATTACHING : 0) +
    (isUnstable(policy, codePoint) ? IS_UNSTABLE : 0) +
    (composing().has(codePoint) ? IS_COMPOSING : 0) +
    foldCodePoint(codePoint)
  );
}

function isWord(codePoint: number): boolean {
  return (properties[codePoint]! & WORD) !== 0;
}

function isSpace(codePoint: number): boolean {
  return (properties[codePoint]! & SPACE) !== 0;
}

/** By the tables, and by the platform where that knows a mark that the tables do not. */
function attaches(codePoint: number): boolean {
  return (
    (properties[codePoint]! & ATTACHES) !== 0 || /^\p{M}$/u.test(String.fromCodePoint(codePoint))
  );
}

/** Whether NFKC changes it alone. For words, a separator that becomes separators is as good as unchanged. */
function isUnstable(policy: TextPolicy["name"], codePoint: number): boolean {
  const text = String.fromCodePoint(codePoint);
  const normalized = text.normalize("NFKC");
  if (normalized === text) return false;
  if (policy === "characters" || isWord(codePoint)) return true;
  return Array.from(normalized, (c) => c.codePointAt(0)!).some((c) => isWord(c) || attaches(c));
}

let composingCodePoints: ReadonlySet<number> | undefined;

/** The code points that end some canonical decomposition: nothing else composes with what precedes it. */
function composing(): ReadonlySet<number> {
  if (composingCodePoints !== undefined) return composingCodePoints;
  const found = new Set<number>();
  for (let codePoint = 0xc0; codePoint < 0x30000; codePoint++) {
    if (codePoint >= 0xd800 && codePoint < 0xe000) continue;
    const decomposed = String.fromCodePoint(codePoint).normalize("NFD");
    if (decomposed.length > 1) found.add(lastCodePoint(decomposed));
  }
  composingCodePoints = found;
  return found;
}

function lastCodePoint(text: string): number {
  return Array.from(text).at(-1)!.codePointAt(0)!;
}
