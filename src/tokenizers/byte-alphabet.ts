/**
 * GPT-2's printable alphabet of bytes. Vocabularies of byte-level BPE are stored as text, so every
 * byte has one visible character: itself where it is a printable Latin-1 character, else the next
 * free one from U+0100 on, in byte order (a space is "Ġ", a line feed "Ċ").
 *
 * Source: bytes_to_unicode in openai/gpt-2, src/encoder.py.
 */
const isPrintable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;

/** The character of each byte. */
export const byteSymbols: readonly string[] = symbolsOfBytes();

const bytesBySymbol = new Map(byteSymbols.map((symbol, byte) => [symbol, byte]));

/** The bytes a token's text stands for, or undefined where a character is outside the alphabet. */
export function bytesOfSymbols(symbols: string): Uint8Array | undefined {
  const bytes = new Uint8Array(symbols.length);
  for (let i = 0; i < symbols.length; i++) {
    const byte = bytesBySymbol.get(symbols[i]!);
    if (byte === undefined) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}

function symbolsOfBytes(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : next++),
  );
}
