/** The numbers of a file of token ids, each checked to be an id. */
import { open } from "node:fs/promises";
import type { BlockHash } from "../../base/block-hash.ts";
import { RoteError } from "../../base/errors.ts";
import { fileError } from "../../base/files.ts";
import { elementBytes, type ElementType, type Numbers, type TokenArray } from "./token-arrays.ts";

const CHUNK_NUMBERS = 1 << 20;

/** Read a file's numbers piece by piece; ids must be below `limit`. `hash` is given the bytes on the way. */
export async function* readNumbers(
  { path, startByte, count, element }: TokenArray,
  limit: number,
  hash: BlockHash,
): AsyncGenerator<Numbers> {
  const width = elementBytes[element];
  const handle = await open(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  try {
    const header = Buffer.alloc(startByte);
    await handle.read(header, 0, startByte, 0);
    hash.update(header);
    for (let first = 0; first < count; first += CHUNK_NUMBERS) {
      const bytes = new Uint8Array(width * Math.min(CHUNK_NUMBERS, count - first));
      for (let filled = 0; filled < bytes.length;) {
        const place = startByte + first * width + filled;
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, place);
        if (bytesRead === 0)
          throw new RoteError("file/truncated", `${path} became shorter while it was read`, {
            path,
          });
        filled += bytesRead;
      }
      hash.update(bytes);
      const ids = numbersOf(bytes, element);
      refuseNoId(ids, limit, { path, first });
      yield ids;
    }
  } finally {
    await handle.close();
  }
}

function numbersOf({ buffer }: Uint8Array<ArrayBuffer>, element: ElementType): Numbers {
  switch (element) {
    case "u8":
      return new Uint8Array(buffer);
    case "i8":
      return new Int8Array(buffer);
    case "u16":
      return new Uint16Array(buffer);
    case "i16":
      return new Int16Array(buffer);
    case "u32":
      return new Uint32Array(buffer);
    case "i32":
      return new Int32Array(buffer);
    case "u64":
    case "i64": {
      const halves = new Uint32Array(buffer);
      // A number that needs the upper half is beyond every limit.
      return Float64Array.from({ length: halves.length / 2 }, (_, i) =>
        halves[2 * i + 1] === 0 ? halves[2 * i]! : Infinity,
      );
    }
  }
}

function refuseNoId(
  ids: ArrayLike<number>,
  limit: number,
  { path, first }: { readonly path: string; readonly first: number },
): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (id >= 0 && id < limit) continue;
    throw new RoteError(
      "corpus/malformed",
      `${path}: number ${first + i} is ${id}, and ids must lie from 0 to ${limit - 1}; is it of another tokenizer, or of another --token-type?`,
      { path, place: first + i, id, limit },
    );
  }
}
