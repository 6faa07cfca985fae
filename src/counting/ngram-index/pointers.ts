/** Pointers of a suffix array as they stand in `table`: byte offsets of 1 to 8 bytes, little-endian. */

/** Bytes of the pointers to `positions`, which count tokens of `width` bytes. */
export function encodePointers(
  positions: Uint32Array,
  width: number,
  pointerWidth: number,
): Uint8Array {
  if (pointerWidth === 4) {
    const pointers = new Uint32Array(positions.length);
    for (let i = 0; i < positions.length; i++) pointers[i] = positions[i]! * width;
    return new Uint8Array(pointers.buffer);
  }
  const bytes = new Uint8Array(positions.length * pointerWidth);
  for (let i = 0, at = 0; i < positions.length; i++) {
    let rest = positions[i]! * width;
    for (let end = at + pointerWidth; at < end; at++) {
      bytes[at] = rest; // a typed array takes numbers modulo 256
      rest = Math.floor(rest / 256);
    }
  }
  return bytes;
}

/**
 * Positions that pointers stand for, from rank `start` on; what is no whole position of at most
 * 2³² − 2 becomes 2³² − 1.
 */
export function decodePointers(
  bytes: Uint8Array,
  width: number,
  pointerWidth: number,
  positions: Uint32Array,
  start: number,
): void {
  const count = bytes.length / pointerWidth;
  for (let i = 0, at = 0; i < count; i++, at += pointerWidth) {
    let pointer = bytes[at]!;
    if (pointerWidth > 1) pointer |= bytes[at + 1]! << 8;
    if (pointerWidth > 2) pointer |= bytes[at + 2]! << 16;
    if (pointerWidth > 3) pointer = (pointer | (bytes[at + 3]! << 24)) >>> 0;
    for (let j = 4, scale = 2 ** 32; j < pointerWidth; j++, scale *= 256)
      pointer += bytes[at + j]! * scale;
    const position = pointer / width;
    const isWhole = pointer % width === 0 && position < NO_POSITION;
    positions[start + i] = isWhole ? position : NO_POSITION;
  }
}

/** Stands for a pointer that is none. */
export const NO_POSITION: number = 2 ** 32 - 1;
