/**
 * The regular expressions of a tokenizer.json's Split rules, read as Oniguruma reads them (Ruby's
 * syntax, which Hugging Face `tokenizers` uses): `{1,3}+` repeats, `?+`, `*+` and `++` are possessive.
 *
 * What is read are choices, groups, sets (nested, of ranges and categories), repetitions, letters
 * without regard to case, the end of a line, and conditions on the one character that comes next.
 * That is all that published rules use. Anything else is refused with its name, never guessed.
 */
import { RoteError } from "../base/errors.ts";
import { inCategory, isWhiteSpace } from "./unicode-16.ts";

export type CharacterSet = (codePoint: number) => boolean;

export type Pattern =
  | { readonly kind: "set"; readonly has: CharacterSet }
  | { readonly kind: "sequence"; readonly parts: readonly Pattern[] }
  | { readonly kind: "choice"; readonly options: readonly Pattern[] }
  | {
      readonly kind: "repeat";
      readonly part: Pattern;
      readonly least: number;
      readonly most: number;
      readonly isLazy: boolean;
    }
  /** Holds where the next character is in the set, or, if `atEnd`, where there is none. */
  | { readonly kind: "next"; readonly has: CharacterSet; readonly atEnd: boolean };

/** Parse a regular expression; what it has beyond the subset is an error "tokenizer/unsupported". */
export function parsePattern(source: string): Pattern {
  const reader = new PatternReader(source);
  const pattern = reader.readChoice();
  if (!reader.isAtEnd) reader.refuse("an unmatched )");
  if (mayBeEmpty(pattern)) reader.refuse("a match of nothing");
  return pattern;
}

/** A pattern that matches exactly the characters of a string. */
export function literalPattern(text: string): Pattern {
  return {
    kind: "sequence",
    parts: Array.from(text, (character) => one(character.codePointAt(0)!)),
  };
}

interface RepeatOptions {
  readonly least?: number;
  readonly most?: number;
  /** Prefers fewer. */
  readonly isLazy?: boolean;
}

/** One match after another, as a single one. */
export function repeated(
  part: Pattern,
  { least = 1, most = Infinity, isLazy = false }: RepeatOptions = {},
): Pattern {
  return { kind: "repeat", part, least, most, isLazy };
}

const not =
  (has: CharacterSet): CharacterSet =>
  (codePoint) =>
    !has(codePoint);

function one(codePoint: number): Pattern {
  return { kind: "set", has: (other) => other === codePoint };
}

function mayBeEmpty(pattern: Pattern): boolean {
  if (pattern.kind === "set") return false;
  if (pattern.kind === "next") return true;
  if (pattern.kind === "sequence") return pattern.parts.every(mayBeEmpty);
  if (pattern.kind === "choice") return pattern.options.some(mayBeEmpty);
  return pattern.least === 0 || mayBeEmpty(pattern.part);
}

const escapedCharacters = new Map([
  ["n", 0x0a],
  ["r", 0x0d],
  ["t", 0x09],
  ["f", 0x0c],
  ["v", 0x0b],
]);

/** Letters that differ from an ASCII letter in case only, beside the other ASCII letter. */
const foldedBeyondAscii = new Map([
  ["s", 0x17f],
  ["k", 0x212a],
]);

/** Two letters that one character folds to, as "ß" does to "ss". */
const foldedTogether = /ss|st|ff|fi|fl/i;

class PatternReader {
  readonly #source: string;
  readonly #characters: readonly string[];
  #at = 0;
  #ignoresCase = false;

  constructor(source: string) {
    this.#source = source;
    this.#characters = Array.from(source);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#characters.length;
  }

  refuse(what: string): never {
    throw new RoteError(
      "tokenizer/unsupported",
      `the regular expression ${JSON.stringify(this.#source)} has ${what} at character ${this.#at + 1}`,
      { pattern: this.#source, at: this.#at },
    );
  }

  readChoice(): Pattern {
    const options = [this.#readSequence()];
    while (this.#take("|")) options.push(this.#readSequence());
    return options.length === 1 ? options[0]! : { kind: "choice", options };
  }

  #readSequence(): Pattern {
    const from = this.#at;
    const parts: Pattern[] = [];
    while (!this.isAtEnd && !this.#sees("|") && !this.#sees(")"))
      parts.push(this.#readQuantified());
    if (this.#ignoresCase) {
      const text = this.#characters.slice(from, this.#at).join("");
      if (foldedTogether.test(text)) this.refuse("letters that fold together");
    }
    return parts.length === 1 ? parts[0]! : { kind: "sequence", parts };
  }

  #readQuantified(): Pattern {
    let pattern = this.#readAtom();
    for (;;) {
      const bounds = this.#readBounds();
      if (bounds === undefined) return pattern;
      if (pattern.kind === "next") this.refuse("a repeated condition");
      const { least, most, isBraced } = bounds;
      const isLazy = this.#take("?");
      if (isLazy && isBraced) this.refuse("a lazy interval");
      if (!isLazy && !isBraced && this.#take("+")) pattern = this.#possessive(pattern, least, most);
      else pattern = repeated(pattern, { least, most, isLazy });
    }
  }

  /** A possessive repetition of one set ends only where the set does. */
  #possessive(part: Pattern, least: number, most: number): Pattern {
    if (part.kind !== "set") this.refuse("a possessive group");
    const { has } = part;
    const stop: Pattern = { kind: "next", has: not(has), atEnd: true };
    if (most === Infinity)
      return { kind: "sequence", parts: [repeated(part, { least, most }), stop] };
    return { kind: "choice", options: [part, stop] };
  }

  #readBounds(): { least: number; most: number; isBraced: boolean } | undefined {
    if (this.#take("?")) return { least: 0, most: 1, isBraced: false };
    if (this.#take("*")) return { least: 0, most: Infinity, isBraced: false };
    if (this.#take("+")) return { least: 1, most: Infinity, isBraced: false };
    if (!this.#sees("{")) return undefined;
    const rest = this.#characters.slice(this.#at, this.#at + 16).join("");
    const found = /^\{(\d*)(,?)(\d*)\}/.exec(rest);
    const [whole, low = "", comma = "", high = ""] = found ?? [];
    if (whole === undefined || low + high === "") this.refuse("an opening brace");
    this.#at += whole.length;
    const least = Number(low);
    const most = comma === "" ? least : high === "" ? Infinity : Number(high);
    if (!(least <= most && (most === Infinity ? least : most) <= 64))
      this.refuse("an interval too long");
    return { least, most, isBraced: true };
  }

  #readAtom(): Pattern {
    if (this.#take("(")) return this.#readGroup();
    if (this.#sees("[")) return { kind: "set", has: this.#readSet() };
    if (this.#take("$"))
      return { kind: "next", has: (codePoint) => codePoint === 0x0a, atEnd: true };
    if (this.#sees("\\")) return { kind: "set", has: this.#readEscape().has };
    const character = this.#next();
    if (".^*+?{".includes(character)) this.refuse(`a "${character}" that is not read`);
    return { kind: "set", has: this.#characterSet(character.codePointAt(0)!) };
  }

  #readGroup(): Pattern {
    if (!this.#take("?")) return this.#closed(this.readChoice());
    if (this.#take(":")) return this.#closed(this.readChoice());
    if (this.#take("!")) return this.#readCondition(true);
    if (this.#take("=")) return this.#readCondition(false);
    if (!(this.#take("i") && this.#take(":"))) this.refuse("a kind of group that is not read");
    const before = this.#ignoresCase;
    this.#ignoresCase = true;
    const pattern = this.#closed(this.readChoice());
    this.#ignoresCase = before;
    return pattern;
  }

  #readCondition(isNegative: boolean): Pattern {
    const pattern = this.#closed(this.readChoice());
    if (pattern.kind !== "set") this.refuse("a condition on more than the next character");
    return { kind: "next", has: isNegative ? not(pattern.has) : pattern.has, atEnd: isNegative };
  }

  #closed(pattern: Pattern): Pattern {
    if (!this.#take(")")) this.refuse("a group without an end");
    return pattern;
  }

  #readSet(): CharacterSet {
    this.#at++;
    const isNegative = this.#take("^");
    const sets: CharacterSet[] = [];
    while (!this.#take("]")) {
      if (this.#sees("&") && this.#characters[this.#at + 1] === "&") this.refuse("an intersection");
      if (this.#sees("[")) {
        if (this.#characters[this.#at + 1] === ":") this.refuse("a POSIX bracket");
        sets.push(this.#readSet());
      } else sets.push(this.#readItem());
    }
    if (sets.length === 0) this.refuse("an empty set");
    const any: CharacterSet = (codePoint) => sets.some((has) => has(codePoint));
    return isNegative ? not(any) : any;
  }

  /** A character, an escape or a range inside a set. */
  #readItem(): CharacterSet {
    const first = this.#readSetCharacter();
    const hasRange =
      this.#sees("-") &&
      this.#at + 1 < this.#characters.length &&
      this.#characters[this.#at + 1] !== "]";
    if (!hasRange) return first.has;
    this.#at++;
    if (this.#sees("[")) this.refuse("a range that ends in a set");
    const last = this.#readSetCharacter();
    const [from, to] = [first.codePoint, last.codePoint];
    if (from === undefined || to === undefined || from > to)
      this.refuse("a range of no characters");
    if (this.#ignoresCase) this.refuse("a range without regard to case");
    return (codePoint) => codePoint >= from && codePoint <= to;
  }

  #readSetCharacter(): { has: CharacterSet; codePoint?: number } {
    if (this.#sees("\\")) return this.#readEscape();
    const codePoint = this.#next().codePointAt(0)!;
    return { has: this.#characterSet(codePoint), codePoint };
  }

  #readEscape(): { has: CharacterSet; codePoint?: number } {
    this.#at++;
    const name = this.#next();
    const codePoint =
      escapedCharacters.get(name) ??
      (name === "u" || name === "x" ? this.#readHex(name) : undefined);
    if (codePoint !== undefined) return { has: this.#characterSet(codePoint), codePoint };
    if (name === "s") return { has: isWhiteSpace };
    if (name === "S") return { has: not(isWhiteSpace) };
    if (name === "d") return { has: inCategory("Nd")! };
    if (name === "D") return { has: not(inCategory("Nd")!) };
    if (name === "p" || name === "P") return { has: this.#readCategory(name === "P") };
    if (/[0-9A-Za-z]/.test(name)) this.refuse(`the escape \\${name}`);
    return { has: this.#characterSet(name.codePointAt(0)!), codePoint: name.codePointAt(0)! };
  }

  #readHex(kind: "u" | "x"): number {
    const rest = this.#characters.slice(this.#at, this.#at + 10).join("");
    const found = (
      kind === "u" ? /^([0-9a-f]{4})/i : /^(?:\{([0-9a-f]{1,6})\}|([0-7][0-9a-f]))/i
    ).exec(rest);
    if (found === null) this.refuse(`an unfinished \\${kind}`);
    this.#at += found[0].length;
    return Number.parseInt(found[1] ?? found[2]!, 16);
  }

  #readCategory(isNegated: boolean): CharacterSet {
    if (!this.#take("{")) this.refuse("a property without braces");
    const isNegative = this.#take("^") !== isNegated;
    let name = "";
    while (!this.#take("}")) name += this.#next();
    const has = inCategory(name);
    if (has === undefined) this.refuse(`the property ${name}`);
    if (this.#ignoresCase) this.refuse("a property without regard to case");
    return isNegative ? not(has) : has;
  }

  #characterSet(codePoint: number): CharacterSet {
    if (!this.#ignoresCase) return (other) => other === codePoint;
    const character = String.fromCodePoint(codePoint);
    if (codePoint > 0x7f) this.refuse(`"${character}" without regard to case`);
    const lower = character.toLowerCase();
    const same = [
      lower.charCodeAt(0),
      character.toUpperCase().charCodeAt(0),
      foldedBeyondAscii.get(lower),
    ];
    return (other) => same.includes(other);
  }

  #sees(character: string): boolean {
    return this.#characters[this.#at] === character;
  }

  #take(character: string): boolean {
    if (!this.#sees(character)) return false;
    this.#at++;
    return true;
  }

  #next(): string {
    const character = this.#characters[this.#at];
    if (character === undefined) this.refuse("no end");
    this.#at++;
    return character;
  }
}
