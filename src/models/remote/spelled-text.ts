/**
 * The places of a server's tokens in the text it was sent, found by spelling the text with them.
 * What cannot be spelled is an error, so tokens of another text, or with one missing, are never
 * taken for those of this one.
 *
 * Token texts are not exact. A first token outside the text is the beginning-of-sequence mark and
 * spans nothing. Tokenizers of SentencePiece lose spaces at the beginning of tokens decoded alone;
 * these belong to the token. Bytes that are no whole character come as U+FFFD or <0xE4>: all tokens
 * from there to the next ASCII character span all that lies between.
 */
import { malformed, type PromptToken } from "./remote-server.ts";

/** A token that stands for bytes, in whole or in part. */
const UNCLEAR = /\ufffd|<0x[0-9A-Fa-f]{2}>|^bytes:/;

/** Start and end of each token, in UTF-16 units. */
export function placesIn(server: string, text: string, tokens: readonly PromptToken[]): Int32Array {
  const pieces = tokens.map(({ text: piece }, i) => {
    if (piece === undefined) throw malformed(server, `tells no text of token ${i + 1}`);
    return piece;
  });
  const isMark =
    pieces.length > 0 && matchAt(text, 0, pieces[0]!) === undefined && !UNCLEAR.test(pieces[0]!);
  const places = new Int32Array(2 * pieces.length);
  let position = 0;
  for (let i = isMark ? 1 : 0; i < pieces.length;) {
    const end = matchAt(text, position, pieces[i]!);
    if (end !== undefined) {
      places.set([position, end], 2 * i++);
      position = end;
      continue;
    }
    const run = unclearRun(text, position, pieces, i);
    if (run === undefined) throw unspelled(server, text, position, pieces[i]);
    for (; i < run.next; i++) places.set([position, run.end], 2 * i);
    position = run.end;
  }
  if (text.slice(position).trim() === "" && pieces.at(-1) === "") position = text.length;
  if (position < text.length) throw unspelled(server, text, position, undefined);
  return places;
}

/** The end of a piece that stands at a position, perhaps behind spaces it has lost. */
function matchAt(text: string, position: number, piece: string): number | undefined {
  if (text.startsWith(piece, position)) return position + piece.length;
  let start = position;
  while (text[start] === " ") start++;
  return piece !== "" && text.startsWith(piece, start) ? start + piece.length : undefined;
}

/** Tokens from the unclear one at `first` up to where the text is ASCII again, and where that is. */
function unclearRun(
  text: string,
  position: number,
  pieces: readonly string[],
  first: number,
): { readonly next: number; readonly end: number } | undefined {
  const opening = pieces[first]!;
  if (!UNCLEAR.test(opening)) return undefined;
  const head = opening.slice(0, opening.search(UNCLEAR));
  const start = matchAt(text, position, head);
  if (start === undefined) return undefined;
  let end = start;
  while (end < text.length && text.charCodeAt(end) > 0x7f) end++;
  if (end === start) return undefined;
  let next = first + 1;
  let tail = tailOf(opening);
  while (next < pieces.length && tail === "" && !/^[\0-\x7f]/.test(withoutBytes(pieces[next]!))) {
    tail = tailOf(pieces[next]!);
    next++;
  }
  return text.startsWith(tail, end) ? { next, end: end + tail.length } : undefined;
}

/** ASCII characters at the end of a piece, behind its bytes. */
function tailOf(piece: string): string {
  return /[\0-\x7f]*$/.exec(withoutBytes(piece))![0];
}

function withoutBytes(piece: string): string {
  return piece.startsWith("bytes:") ? "\ufffd" : piece.replaceAll(/<0x[0-9A-Fa-f]{2}>/g, "\ufffd");
}

function unspelled(
  server: string,
  text: string,
  position: number,
  piece: string | undefined,
): Error {
  const rest = JSON.stringify(text.slice(position, position + 20));
  const found = piece === undefined ? "end" : `go on with ${JSON.stringify(piece)}`;
  return malformed(
    server,
    `tells tokens that do not spell the text it was sent: at character ${position}, before ${rest}, they ${found}; name its tokenizer with --tokenizer, so that token ids are sent`,
  );
}
