/**
 * Tokenizers that our own BPE does not cover, in `@huggingface/tokenizers`: JavaScript alone, for
 * machines on which the native package `tokenizers` is not installed.
 *
 * It gives ids and no offsets. They are found by putting the tokens' characters side by side with the
 * text, capitals aside: what does not reproduce it (composed accents, an unknown token) is refused.
 */
import { RoteError } from "../base/errors.ts";
import type { SpecialIds } from "./byte-level-bpe.ts";
import { utf8Length } from "./character-classes.ts";
import type { Encoding, Tokenizer, TokenizerIdentity } from "./tokenizer.ts";

/** What we use of the package; its own declarations import without endings, which Node's rules do not resolve. */
interface LibraryTokenizer {
  encode(
    text: string,
    options: { add_special_tokens: boolean },
  ): { readonly ids: readonly number[]; readonly tokens: readonly string[] };
  decode(
    ids: readonly number[],
    options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean },
  ): string;
  get_added_tokens_decoder(): ReadonlyMap<number, unknown>;
  get_vocab(withAddedTokens: boolean): ReadonlyMap<string, number>;
}

interface Library {
  readonly Tokenizer: new (json: object, config: object) => LibraryTokenizer;
}

type Identity = Omit<TokenizerIdentity, "method" | "vocabularySize">;

export const JAVASCRIPT_METHOD = "@huggingface/tokenizers (JavaScript)";

/** Open the content of a tokenizer.json. */
export async function openInJavaScript(
  json: Readonly<Record<string, unknown>>,
  identity: Identity,
  special: SpecialIds,
): Promise<Tokenizer> {
  const library = (await import("@huggingface/tokenizers")) as unknown as Library;
  return new JavaScriptTokenizer(new library.Tokenizer(json, {}), identity, special);
}

class JavaScriptTokenizer implements Tokenizer {
  readonly identity: TokenizerIdentity;
  readonly vocabularySize: number;
  readonly beginningOfSequence: number | undefined;
  readonly endOfText: number | undefined;
  readonly #library: LibraryTokenizer;
  readonly #added: ReadonlySet<number>;

  constructor(library: LibraryTokenizer, identity: Identity, special: SpecialIds) {
    this.#library = library;
    this.#added = new Set(library.get_added_tokens_decoder().keys());
    const ids = [...library.get_vocab(true).values()];
    this.vocabularySize = ids.reduce((most, id) => Math.max(most, id), -1) + 1;
    this.identity = {
      ...identity,
      method: JAVASCRIPT_METHOD,
      vocabularySize: this.vocabularySize,
    };
    this.beginningOfSequence = special.beginningOfSequence;
    this.endOfText = special.endOfText;
  }

  encode(text: string): Int32Array {
    return Int32Array.from(this.#library.encode(text, { add_special_tokens: false }).ids);
  }

  encodeWithOffsets(text: string): Encoding {
    const { ids, tokens } = this.#library.encode(text, { add_special_tokens: false });
    const isAdded = ids.map((id) => this.#added.has(id));
    const offsets = placeTokens(text, tokens, isAdded);
    if (offsets === undefined)
      throw new RoteError(
        "tokenizer/unsupported",
        `the places of tokens of tokenizer ${this.identity.name} in ${JSON.stringify(text.slice(0, 60))} are not known: its tokens do not spell the text, and ${JAVASCRIPT_METHOD} gives ids alone; npm install tokenizers`,
        { tokenizer: this.identity.name },
      );
    return { ids: Int32Array.from(ids), offsets };
  }

  decode(ids: ArrayLike<number>): string {
    return this.#library.decode(Array.from(ids), {
      skip_special_tokens: false,
      clean_up_tokenization_spaces: false,
    });
  }
}

/** What SentencePiece writes for a space. */
const SPACE_MARK = "\u2581";

const encoder = new TextEncoder();

/** Start and end of each token, in UTF-16 units; undefined where they do not spell the text. */
export function placeTokens(
  text: string,
  tokens: readonly string[],
  isAdded: readonly boolean[],
): Int32Array | undefined {
  const offsets = new Int32Array(tokens.length * 2);
  const hasSpaces = tokens.some((token) => token.includes(SPACE_MARK));
  let at = 0;
  for (let i = 0; i < tokens.length;) {
    const end = placeBytes(text, at, tokens, i, offsets);
    if (end !== undefined) {
      const length = encoder.encode(text.slice(at, end)).length;
      at = end;
      i += length;
      continue;
    }
    const place = (isAdded[i] === true ? placeExactly : placePiece)(
      text,
      at,
      tokens[i]!,
      hasSpaces,
    );
    if (place === undefined) return undefined;
    offsets.set([place[0], place[1]], i * 2);
    // A mark put in front of the text stands for its first character, which is not used up by it.
    at = place[2];
    i++;
  }
  return skipSpace(text, at, hasSpaces) === text.length ? offsets : undefined;
}

type Place = readonly [start: number, end: number, next: number];

function placeExactly(
  text: string,
  at: number,
  content: string,
  hasSpaces: boolean,
): Place | undefined {
  const start = text.startsWith(content, at) ? at : skipSpace(text, at, hasSpaces);
  const end = start + content.length;
  return text.startsWith(content, start) ? [start, end, end] : undefined;
}

function placePiece(
  text: string,
  at: number,
  token: string,
  hasSpaces: boolean,
): Place | undefined {
  const piece = token.replace(/^##|<\/w>$/, "").replaceAll(SPACE_MARK, " ");
  if (spells(text, at, piece)) return [at, at + piece.length, at + piece.length];
  const bare = piece.replace(/^ /, "");
  // A space that the tokenizer put in front of the text, or white space that it leaves out.
  const start = piece === bare ? skipSpace(text, at, hasSpaces) : at;
  if (bare === "")
    return at === 0 && text !== ""
      ? [0, String.fromCodePoint(text.codePointAt(0)!).length, 0]
      : undefined;
  if (start === at && at > 0) return undefined;
  const end = start + bare.length;
  return spells(text, start, bare) ? [start, end, end] : undefined;
}

/** Whether a piece stands in the text, perhaps with capitals that it has lost. */
function spells(text: string, at: number, piece: string): boolean {
  if (text.startsWith(piece, at)) return true;
  const original = text.slice(at, at + piece.length);
  return original.length === piece.length && original.toLowerCase() === piece;
}

/** White space may be left out, but not by a tokenizer whose tokens hold some of it. */
function skipSpace(text: string, at: number, hasSpaces: boolean): number {
  while (!hasSpaces && at < text.length && /\s/.test(text[at]!)) at++;
  return at;
}

/** Tokens for the single bytes of the character at `at`; each spans all of it. Returns its end. */
function placeBytes(
  text: string,
  at: number,
  tokens: readonly string[],
  from: number,
  offsets: Int32Array,
): number | undefined {
  const first = byteOf(tokens[from]!);
  const codePoint = text.codePointAt(at);
  if (first === undefined || codePoint === undefined) return undefined;
  const bytes = encoder.encode(String.fromCodePoint(codePoint));
  const length = utf8Length(first);
  if (bytes.length !== length || bytes.some((byte, i) => byteOf(tokens[from + i] ?? "") !== byte))
    return undefined;
  const end = at + (codePoint > 0xffff ? 2 : 1);
  for (let i = 0; i < length; i++) offsets.set([at, end], (from + i) * 2);
  return end;
}

function byteOf(token: string): number | undefined {
  const found = /^<0x([0-9A-F]{2})>$/.exec(token);
  return found === null ? undefined : Number.parseInt(found[1]!, 16);
}
