/**
 * The file of a static embedder, in the safetensors layout (opens in any safetensors reader):
 *
 *   8 bytes    length of the header, unsigned little-endian
 *   header     JSON: name → { dtype, shape, data_offsets }, padded with spaces to 8 bytes;
 *              `__metadata__` holds strings: format, name, policy, dimension, fit
 *   lengths    F32 [words + ngrams]             length of each row's vector
 *   keys       U32 [ngrams]                     FNV-1a hashes, ascending (character-ngrams.ts)
 *   directions I8  [words + ngrams, dimension]  components, the largest of each row at ±127
 *   words      U8  [bytes]                      UTF-8, one word a line, in order of the rows
 *
 * A row's vector is its direction scaled to `length`, so the byte quantization keeps no scale of its
 * own; it turns a direction by about 0.4 degrees at 128 dimensions. The same content is the same bytes.
 */
import { RoteError } from "../../base/errors.ts";
import { canonicalJson, isRecord } from "../../base/json.ts";

const format = "rote-static-embedder@1";

/** What an embedder consists of. Rows are the words', then the n-grams'. */
export interface EmbedderContent {
  readonly name: string;
  /** Version of the text policy that cuts words. */
  readonly policy: string;
  readonly dimension: number;
  readonly words: readonly string[];
  readonly keys: Uint32Array;
  readonly lengths: Float32Array;
  readonly directions: Int8Array;
  /** How it was fitted: options and sizes, as data. */
  readonly fit: Readonly<Record<string, unknown>>;
}

/** Round unit rows to bytes. */
export function quantize(rows: Float32Array, dimension: number): Int8Array {
  const result = new Int8Array(rows.length);
  for (let start = 0; start < rows.length; start += dimension) {
    let peak = 0;
    for (let i = start; i < start + dimension; i++) peak = Math.max(peak, Math.abs(rows[i]!));
    if (peak === 0) continue;
    for (let i = start; i < start + dimension; i++) result[i] = Math.round((127 * rows[i]!) / peak);
  }
  return result;
}

export function encodeEmbedder(content: EmbedderContent): Uint8Array {
  const { name, policy, dimension, keys, lengths, directions, fit } = content;
  const words = Buffer.from(content.words.join("\n"), "utf8");
  const header: Record<string, unknown> = {
    __metadata__: { format, name, policy, dimension: String(dimension), fit: canonicalJson(fit) },
  };
  let offset = 0;
  const place = (tensor: string, dtype: string, shape: number[], byteLength: number): void => {
    header[tensor] = { dtype, shape, data_offsets: [offset, (offset += byteLength)] };
  };
  place("lengths", "F32", [lengths.length], lengths.byteLength);
  place("keys", "U32", [keys.length], keys.byteLength);
  place("directions", "I8", [lengths.length, dimension], directions.byteLength);
  place("words", "U8", [words.length], words.length);
  const text = JSON.stringify(header);
  const padded = Buffer.from(text + " ".repeat((8 - (Buffer.byteLength(text) % 8)) % 8), "utf8");
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(padded.length));
  const numbers = [lengths, keys, directions].map((array) =>
    Buffer.from(array.buffer, array.byteOffset, array.byteLength),
  );
  return Buffer.concat([start, padded, ...numbers, words]);
}

/** Read an embedder's bytes; `path` is for messages. */
export function decodeEmbedder(bytes: Uint8Array, path: string): EmbedderContent {
  const file = openTensors(bytes, path);
  const { name = "", policy = "", dimension: width, fit = "{}" } = file.metadata;
  if (file.metadata.format !== format)
    throw malformed(path, `its format is "${file.metadata.format ?? ""}", not "${format}"`);
  const dimension = Number(width);
  const lengths = new Float32Array(file.tensor("lengths", 4));
  const keys = new Uint32Array(file.tensor("keys", 4));
  const directions = new Int8Array(file.tensor("directions", 1));
  const wordText = Buffer.from(file.tensor("words", 1)).toString("utf8");
  const words = wordText === "" ? [] : wordText.split("\n");
  if (words.length + keys.length !== lengths.length)
    throw malformed(
      path,
      `${words.length} words and ${keys.length} n-grams do not make ${lengths.length} rows`,
    );
  if (!(dimension >= 1 && directions.length === lengths.length * dimension))
    throw malformed(
      path,
      `${directions.length} components do not make ${lengths.length} rows of ${dimension}`,
    );
  return {
    name,
    policy,
    dimension,
    words,
    keys,
    lengths,
    directions,
    fit: parseObject(fit, path, "its record of the fit"),
  };
}

interface TensorFile {
  readonly metadata: Readonly<Record<string, string | undefined>>;
  /** A copy of a tensor's bytes, so that typed arrays over it are aligned. `width` = bytes a number. */
  readonly tensor: (name: string, width: number) => ArrayBuffer;
}

function openTensors(bytes: Uint8Array, path: string): TensorFile {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = buffer.length < 8 ? Infinity : Number(buffer.readBigUInt64LE());
  const dataStart = 8 + length;
  if (!(dataStart <= buffer.length))
    throw malformed(path, `its ${buffer.length} bytes are shorter than the header they announce`);
  const header = parseObject(buffer.toString("utf8", 8, dataStart), path, "its header");
  const metadata = isRecord(header.__metadata__) ? header.__metadata__ : {};
  const tensor = (name: string, width: number): ArrayBuffer => {
    const entry = header[name];
    const offsets: unknown = isRecord(entry) ? entry.data_offsets : undefined;
    const [start = NaN, end = NaN] = Array.isArray(offsets) ? offsets.map(Number) : [];
    if (!(start >= 0 && start <= end && (end - start) % width === 0))
      throw malformed(path, `it has no tensor "${name}" of ${width}-byte numbers`);
    if (!(dataStart + end <= buffer.length))
      throw malformed(path, `tensor "${name}" ends at byte ${dataStart + end} of ${buffer.length}`);
    return new Uint8Array(buffer.subarray(dataStart + start, dataStart + end)).buffer;
  };
  const strings = Object.entries(metadata).filter(([, value]) => typeof value === "string");
  return { metadata: Object.fromEntries(strings) as Record<string, string>, tensor };
}

function parseObject(text: string, path: string, what: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Text that is not JSON is no object either: one message for both.
  }
  throw malformed(path, `${what} is no JSON object`);
}

function malformed(path: string, reason: string): RoteError {
  return new RoteError(
    "model/malformed",
    `${path} is no static embedder: ${reason}; fit it again`,
    { path, reason },
  );
}
