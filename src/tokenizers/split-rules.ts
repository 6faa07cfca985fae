/**
 * The pre-tokenizer of a byte-level tokenizer.json as rules that cut a text, one after another, each
 * the pieces of the one before it. Where a rule is not ours to run, the reason names it.
 */
import { isRecord } from "../base/json.ts";
import { messageOf, RoteError } from "../base/errors.ts";
import { PatternAutomaton } from "./pattern-automaton.ts";
import { literalPattern, parsePattern, repeated, type Pattern } from "./pattern.ts";

type Part = Readonly<Record<string, unknown>>;

/** Cuts a text into the matches of its pattern and what lies between them. */
export interface SplitRule {
  readonly pattern: Pattern;
  /** False where what lies between matches would be dropped: then there must be nothing. */
  readonly keepsGaps: boolean;
}

export interface PreTokenizerRules {
  readonly rules: readonly SplitRule[];
  readonly addPrefixSpace: boolean;
}

/** GPT-2's rule, which `ByteLevel` has built in. */
export const GPT2_PATTERN: string = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/** Most rules that the kernel takes. */
const MOST_RULES = 16;

/** Read `pre_tokenizer`: rules of ours, or why they are not. */
export function parsePreTokenizer(part: unknown): PreTokenizerRules | string {
  const parts = flatten(part);
  const last = parts.pop();
  if (last === undefined || typeOf(last) !== "ByteLevel")
    return `pre_tokenizer ${typeOf(part)} that does not end in ByteLevel`;
  const rules: SplitRule[] = [];
  if (last.use_regex !== false)
    parts.push({ type: "Split", pattern: { Regex: GPT2_PATTERN }, behavior: "Isolated" });
  const addPrefixSpace = last.add_prefix_space === true;
  if (addPrefixSpace && parts.length > (last.use_regex === false ? 0 : 1))
    return "pre_tokenizer ByteLevel that puts a space before every piece";
  for (const each of parts) {
    const rule = parseRule(each);
    if (typeof rule === "string") return `pre_tokenizer ${rule}`;
    rules.push(rule);
  }
  return rules.length > MOST_RULES
    ? `pre_tokenizer of ${rules.length} rules`
    : { rules, addPrefixSpace };
}

/** A sequence, also of sequences, as one list. */
function flatten(part: unknown): Part[] {
  if (!isRecord(part)) return [];
  if (part.type !== "Sequence" || !Array.isArray(part.pretokenizers)) return [part];
  return part.pretokenizers.flatMap(flatten);
}

function parseRule(part: Part): SplitRule | string {
  if (part.type === "Digits") {
    const digit = parsePattern(String.raw`\p{N}`);
    return { pattern: part.individual_digits === true ? digit : repeated(digit), keepsGaps: true };
  }
  if (part.type !== "Split") return typeOf(part);
  const { behavior, invert } = part;
  const pattern = readPattern(part.pattern);
  if (typeof pattern === "string") return `Split, in which ${pattern}`;
  if (behavior === "Isolated") return { pattern, keepsGaps: true };
  if (behavior === "Removed" && invert === true)
    return matchesAll(pattern)
      ? { pattern, keepsGaps: false }
      : "Split that drops what lies between its matches";
  if (behavior === "Contiguous") return { pattern: repeated(pattern), keepsGaps: true };
  return `Split with behavior ${JSON.stringify(behavior)}`;
}

/** ASCII, and beyond it a character of each kind that rules tell apart. */
const samples = [
  ...Array(128).keys(),
  0x85,
  0xb2,
  0xe9,
  0x301,
  0x661,
  0x2014,
  0x2028,
  0x20ac,
  0x3000,
  0x4e00,
  0x1f600,
];

/**
 * Whether each of some characters is a match where nothing follows. Published rules match every
 * character; should a text have one that is not matched after all, encoding it is an error.
 */
function matchesAll(pattern: Pattern): boolean {
  const automaton = new PatternAutomaton(pattern);
  return samples.every((codePoint) => {
    const { next } = automaton.read(PatternAutomaton.START, codePoint);
    return automaton.read(next, undefined).isMatch;
  });
}

function readPattern(pattern: unknown): Pattern | string {
  if (!isRecord(pattern)) return "there is no pattern";
  if (typeof pattern.String === "string" && pattern.String !== "")
    return literalPattern(pattern.String);
  if (typeof pattern.Regex !== "string") return "there is no pattern";
  try {
    return parsePattern(pattern.Regex);
  } catch (error) {
    if (error instanceof RoteError) return messageOf(error);
    throw error;
  }
}

export function typeOf(part: unknown): string {
  const type = isRecord(part) ? part.type : undefined;
  return typeof type === "string" ? type : "none";
}
