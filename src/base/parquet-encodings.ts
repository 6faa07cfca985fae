/**
 * How Parquet stores the values of a column.
 *
 *   plain        numbers of fixed width, little-endian; booleans one bit each; texts with their length
 *                in bytes before them
 *   dictionary   each different value once, plain, and for each row its place there: a byte with the
 *                width of a place in bits, then a run of places packed to that width
 *   levels       in a column that may be null, a bit a row: whether it has a value
 *
 * Format: https://github.com/apache/parquet-format/blob/apache-parquet-format-2.11.0/Encodings.md
 */

/** What a column we write holds. */
export type ParquetType = "string" | "int64" | "int32" | "double" | "boolean";

/** A value of such a column. 64-bit integers are numbers where these are exact. */
export type ParquetValue = string | number | bigint | boolean;

/** Different values, and for each value of the column its place among them. */
export interface Dictionary {
  readonly values: readonly ParquetValue[];
  readonly places: Uint32Array;
}

/** Places of more values than this do not fit into 20 bits. */
const MOST_VALUES = 2 ** 20;
/** Values drawn before a dictionary of many is tried. */
const SAMPLES = 1024;

/**
 * The dictionary of a column's values, or undefined where it has more than half as many as these,
 * or a sample says so.
 */
export function buildDictionary(values: readonly ParquetValue[]): Dictionary | undefined {
  if (values.length >= 4 * SAMPLES && !repeats(values)) return undefined;
  const known = new Map<ParquetValue, number>();
  const places = new Uint32Array(values.length);
  const most = Math.min(values.length / 2, MOST_VALUES);
  for (let i = 0; i < places.length; i++) {
    const value = values[i]!;
    if (Object.is(value, -0)) return undefined; // a Map takes it for 0
    let place = known.get(value);
    if (place === undefined) {
      place = known.size;
      if (place + 1 > most) return undefined;
      known.set(value, place);
    }
    places[i] = place;
  }
  return known.size === 0 ? undefined : { values: [...known.keys()], places };
}

/**
 * Whether some values of a sample are alike, which is drawn from all over the column: of 1,024 out
 * of 65,536 values about 8 are where each occurs twice, none where all differ.
 */
function repeats(values: readonly ParquetValue[]): boolean {
  const drawn = new Set<ParquetValue>();
  const width = values.length / SAMPLES;
  for (let i = 0; i < SAMPLES; i++) {
    // One place in each stretch of the column, scattered so that no period is met or missed.
    const scattered = (Math.imul(i ^ (i >>> 3), 0x9e3779b1) >>> 8) / 2 ** 24;
    drawn.add(values[Math.floor((i + scattered) * width)]!);
  }
  return drawn.size <= SAMPLES - 4;
}

/** Values in plain encoding. */
export function encodePlain(type: ParquetType, values: readonly ParquetValue[]): Uint8Array {
  switch (type) {
    case "string":
      return encodeTexts(values as readonly string[]);
    case "boolean":
      return packBits(Uint8Array.from(values as readonly boolean[], Number), 1);
    default:
      return encodeNumbers(type, values as readonly (number | bigint)[]);
  }
}

/** Places in a dictionary of `size` values. */
export function encodePlaces(places: Uint32Array, size: number): Uint8Array {
  const width = bitWidth(size);
  return Buffer.concat([Uint8Array.of(width), encodeRun(places, width)]);
}

/** For each row whether it has a value. */
export function encodeLevels(present: Uint8Array): Uint8Array {
  return encodeRun(present, 1);
}

/** Bits it takes to tell `size` values apart. */
function bitWidth(size: number): number {
  return 32 - Math.clz32(Math.max(0, size - 1));
}

/** Numbers below 2^width in the hybrid of runs and packed bits: one run where all are the same. */
function encodeRun(values: Uint32Array | Uint8Array, width: number): Uint8Array {
  const first = values[0] ?? 0;
  if (values.every((value) => value === first)) {
    const bytes = Array.from(
      { length: Math.ceil(width / 8) },
      (_, i) => (first >>> (8 * i)) & 0xff,
    );
    return Uint8Array.from([...varint(2 * values.length), ...bytes]);
  }
  const groups = Math.ceil(values.length / 8);
  const packed = Buffer.alloc(groups * width);
  packed.set(packBits(values, width));
  return Buffer.concat([Uint8Array.from(varint(2 * groups + 1)), packed]);
}

/** Numbers of `width` bits, at most 24, one behind the other from the lowest bit on. */
function packBits(values: Uint32Array | Uint8Array, width: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((values.length * width) / 8));
  let [at, pending, bits] = [0, 0, 0];
  for (const value of values) {
    pending |= value << bits;
    for (bits += width; bits >= 8; bits -= 8) {
      bytes[at++] = pending & 0xff;
      pending >>>= 8;
    }
  }
  if (bits > 0) bytes[at] = pending;
  return bytes;
}

function varint(value: number): number[] {
  const bytes = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

function encodeTexts(texts: readonly string[]): Uint8Array {
  let room = 0;
  for (const text of texts) room += 4 + 3 * text.length;
  const bytes = Buffer.allocUnsafe(room);
  let at = 0;
  for (const text of texts) {
    const end = writeAscii(bytes, at + 4, text) ?? at + 4 + bytes.write(text, at + 4);
    bytes.writeUInt32LE(end - at - 4, at);
    at = end;
  }
  return bytes.subarray(0, at);
}

/** Write a short text of ASCII, which a call into Node takes longer for; returns its end. */
function writeAscii(bytes: Uint8Array, start: number, text: string): number | undefined {
  if (text.length > 64) return undefined;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return undefined;
    bytes[start + i] = unit;
  }
  return start + text.length;
}

function encodeNumbers(
  type: Exclude<ParquetType, "string" | "boolean">,
  values: readonly (number | bigint)[],
): Uint8Array {
  const width = type === "int32" ? 4 : 8;
  const bytes = new Uint8Array(width * values.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (typeof value === "bigint") view.setBigInt64(8 * i, value, true);
    else if (type === "int32") view.setInt32(4 * i, value, true);
    else if (type === "double") view.setFloat64(8 * i, value, true);
    else {
      view.setInt32(8 * i, value, true);
      view.setInt32(8 * i + 4, Math.floor(value / 2 ** 32), true);
    }
  }
  return bytes;
}
