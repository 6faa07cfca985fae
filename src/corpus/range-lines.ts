/**
 * The lines of a range of a text: those that begin behind an LF in it, and at its beginning where that is
 * the beginning of the text. Each line of a text then belongs to one of the ranges that cover it, and
 * nobody has to know what stands before a range.
 */
const LF = 0x0a;

/** Cut the lines out of a range's text and, for the last one, what comes `beyond` it. */
export async function* rangeLines(
  text: AsyncIterable<Uint8Array>,
  beyond: () => AsyncIterable<Uint8Array>,
  { isFirst }: { readonly isFirst: boolean },
): AsyncGenerator<Uint8Array> {
  let isBegun = isFirst;
  for await (const bytes of text) {
    const lf = isBegun ? -1 : bytes.indexOf(LF);
    if (!isBegun && lf === -1) continue;
    isBegun = true;
    yield bytes.subarray(lf + 1);
  }
  if (!isBegun) return;
  for await (const bytes of beyond()) {
    const lf = bytes.indexOf(LF);
    yield lf === -1 ? bytes : bytes.subarray(0, lf + 1);
    if (lf !== -1) return;
  }
}
