/** Gzip files whose bytes depend on their content alone: no time, no operating system in the header. */
import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { withAtomicPath } from "./files.ts";

const LINES_A_CHUNK = 1024;
/** Byte 9 of a gzip header is the operating system; 255 means unknown (RFC 1952, 2.3.1). */
const OS_BYTE = 9;
const UNKNOWN_OS = 255;

/**
 * Write lines, each ended by LF, as a gzip file that appears whole or not at all. Another version of
 * zlib may compress the same content to other bytes.
 */
export async function writeGzipLines(
  path: string,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  await withAtomicPath(path, async (temporary) => {
    const gzip = createGzip({ level: 9 });
    await pipeline(Readable.from(chunks(lines)), gzip, withoutOs(), createWriteStream(temporary));
  });
}

async function* chunks(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Buffer> {
  let gathered: string[] = [];
  for await (const line of lines) {
    gathered.push(line, "\n");
    if (gathered.length < 2 * LINES_A_CHUNK) continue;
    yield Buffer.from(gathered.join(""));
    gathered = [];
  }
  if (gathered.length > 0) yield Buffer.from(gathered.join(""));
}

function withoutOs(): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const at = OS_BYTE - passed;
      if (at >= 0 && at < chunk.length) chunk[at] = UNKNOWN_OS;
      passed += chunk.length;
      done(null, chunk);
    },
  });
}
