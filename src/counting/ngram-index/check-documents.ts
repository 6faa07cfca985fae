/** Whether the files about a shard's documents fit its tokens and each other. */
import { separatorOf, type Tokens, type TokenWidth } from "./format.ts";
import { type Finding, found, type HashedReads } from "./hashed-reads.ts";

const LF = 0x0a;

/** Offsets are the places of the separators, and the first separator stands at 0. */
export function checkOffsets(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  tokens: Tokens,
): Finding[] {
  const width = tokens.BYTES_PER_ELEMENT as TokenWidth;
  if (bytes.length % 8 !== 0)
    return [found(path, `holds ${bytes.length} bytes, which are no whole number of offsets of 8`)];
  const offsets = new Uint32Array(bytes.buffer);
  const separator = separatorOf(width);
  if (tokens[0] !== separator)
    return [found(path, "cannot be right: the tokens do not begin with a separator")];
  let document = 0;
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] !== separator) continue;
    if (2 * document < offsets.length && placeAt(offsets, document) !== i * width)
      return [
        found(
          path,
          `says that document ${document} begins at byte ${placeAt(offsets, document)}, but its separator stands at ${i * width}`,
        ),
      ];
    document += 1;
  }
  if (document === offsets.length / 2) return [];
  return [found(path, `holds ${offsets.length / 2} offsets for ${document} separators`)];
}

/** `metaoff` holds the places at which the lines of `metadata` begin. */
export function checkMetadata(
  metadata: string,
  metaoff: string,
  documents: number,
  reads: HashedReads,
): Finding[] {
  const bytes = reads.whole(metaoff);
  if (bytes.length !== 8 * documents)
    return [found(metaoff, `holds ${bytes.length} bytes for ${documents} documents of 8 each`)];
  const places = new Uint32Array(bytes.buffer);
  let [document, read, lineStart] = [0, 0, 0];
  let wrong: string | undefined;
  reads.scan(metadata, (part) => {
    for (
      let at = part.indexOf(LF);
      at !== -1 && wrong === undefined;
      at = part.indexOf(LF, at + 1)
    ) {
      if (document < documents && placeAt(places, document) !== lineStart)
        wrong = `says that the line of document ${document} begins at byte ${placeAt(places, document)}, but it begins at ${lineStart}`;
      document += 1;
      lineStart = read + at + 1;
    }
    read += part.length;
  });
  if (wrong !== undefined) return [found(metaoff, wrong)];
  if (lineStart !== read) return [found(metadata, "does not end with a line end")];
  if (document === documents) return [];
  return [found(metadata, `holds ${document} lines for ${documents} documents`)];
}

function placeAt(places: Uint32Array, i: number): number {
  return places[2 * i]! + places[2 * i + 1]! * 2 ** 32;
}
