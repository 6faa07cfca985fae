/** What the pairs of a block are counted from: where the postings of each phrase are, and how many. */
import { codfTotals, records, windowed } from "./state";

/** From so many documents on a phrase's container is a bitmap: both take the same room. */
export const BITMAP_FROM: u32 = 4096;
export const BITMAP_BYTES: u32 = 8192;
/** Marks the cursor of a bitmap, which does not move. */
export const IS_BITMAP: u32 = 0x80000000;

export function dfOf(phrase: u32): u32 {
  return load<u32>(records + (phrase << 4), 4);
}

/** Entries of a phrase's postings; 0 where it is in no pair. */
export function lengthOf(phrase: u32): u32 {
  const record = records + (phrase << 4);
  return load<u32>(record, 12) == 0 ? 0 : load<u32>(record + (windowed != 0 ? 8 : 4));
}

export function setBit(bitmap: usize, document: u32): void {
  const byte = bitmap + (document >> 3);
  store<u8>(byte, (<u32>load<u8>(byte)) | (1 << (document & 7)));
}

export function addToPair(pair: u32, count: u32): void {
  if (count > 0) atomic.add<u64>(codfTotals + (pair << 3), count);
}
