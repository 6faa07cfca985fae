import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPartial, writePartial } from "#rote/counting/partial-file.js";
import { freshDirectory } from "../cli/rote.ts";
import { samplePartial } from "./sample-partial.ts";

describe("a partial's file", () => {
  test("has these bytes (docs/formats.md)", async () => {
    using directory = freshDirectory();
    const path = directory.in("a.partial");
    await writePartial(path, samplePartial());
    const bytes = readFileSync(path);
    const header = JSON.stringify({
      terms: {
        policy: "words@1 (Unicode 17.0)",
        window: 5,
        field: "text",
        lines: false,
        where: {},
      },
      plan: {
        files: [{ path: "a.jsonl", byteLength: 40, modified: 1 }],
        partCount: 3,
        hash: "00ff",
        shardCount: 3,
      },
      shards: [{ index: 1, dealtCount: 1, parts: samplePartial().shards[0]!.parts }],
      sizes: { phrases: 2, phraseBytes: 18, asked: 1, pairs: 2 },
    });
    const content = Buffer.concat([
      Buffer.from("rotepart"),
      Buffer.from("01000000", "hex"),
      uint32(Buffer.byteLength(header)),
      Buffer.from(header),
      Buffer.from('"Zürich"\n"to be"\n'),
      Buffer.from("01000000", "hex"),
      Buffer.from("00000000" + "01000000" + "01000000" + "01000000", "hex"),
      Buffer.from("0300000000000000" + "ffffffffffff1f00", "hex"),
      Buffer.from("0400000000000000" + "0000000001000000", "hex"),
      Buffer.from("0200000000000000" + "0300000000000000", "hex"),
    ]);
    expect(bytes.subarray(0, -32).toString("latin1")).toBe(content.toString("latin1"));
    expect(bytes.subarray(-32)).toEqual(createHash("sha256").update(content).digest());
  });

  test("gives back what was written, lone surrogates and line ends too", async () => {
    using directory = freshDirectory();
    const path = directory.in("a.partial");
    const phrases = fc.array(fc.string({ unit: "binary", maxLength: 6 }), { maxLength: 20 });
    const surrogates = fc.constantFrom("\ud800", "a\udc00\n", '"\\', "\u2028");
    const count = fc.maxSafeNat();
    await fc.assert(
      fc.asyncProperty(phrases, surrogates, fc.array(count), async (texts, odd, codf) => {
        const question = {
          phrases: [...texts, odd],
          asked: Uint32Array.from(texts, (_, i) => i),
          pairs: new Uint32Array(2 * codf.length).fill(texts.length),
        };
        const df = Float64Array.from(question.phrases, (_, i) => codf[i] ?? i);
        const counts = { df, tf: df.slice().reverse(), codf: Float64Array.from(codf) };
        const partial = samplePartial({ question, counts });
        await writePartial(path, partial);
        expect(await readPartial(path)).toEqual(partial);
      }),
      { numRuns: 100 },
    );
    expect(readdirSync(directory.path)).toEqual(["a.partial"]);
  });

  test("may be longer than what is encoded at a time", async () => {
    using directory = freshDirectory();
    const phrases = Array.from({ length: 150_000 }, (_, i) => `the phrase of number ${i}`);
    const pairs = Uint32Array.from({ length: 400_000 }, (_, i) => (i * 7919) % phrases.length);
    const df = Float64Array.from(phrases, (_, i) => i * 2 ** 30);
    const codf = Float64Array.from({ length: 200_000 }, (_, i) => i);
    const partial = samplePartial({
      question: { phrases, asked: Uint32Array.of(), pairs },
      counts: { df, tf: df, codf },
    });
    const path = directory.in("a.partial");
    await writePartial(path, partial);
    const read = await readPartial(path);
    expect(read.question.phrases).toEqual(phrases);
    expect(Buffer.from(read.question.pairs.buffer).equals(Buffer.from(pairs.buffer))).toBe(true);
    expect(Buffer.from(read.counts.df.buffer).equals(Buffer.from(df.buffer))).toBe(true);
    expect(Buffer.from(read.counts.codf.buffer).equals(Buffer.from(codf.buffer))).toBe(true);
  });
});

describe("a damaged partial is refused", () => {
  test("whichever byte is changed, and wherever it is cut", async () => {
    using directory = freshDirectory();
    const path = directory.in("a.partial");
    await writePartial(path, samplePartial());
    const whole = readFileSync(path);
    for (let i = 0; i < whole.length; i++) {
      const changed = Buffer.from(whole);
      changed[i]! ^= 1 << (i % 8);
      writeFileSync(path, changed);
      await expect(readPartial(path), `byte ${i}`).rejects.toMatchObject({
        code: "file/malformed",
        message: expect.stringMatching(
          /a\.partial is (damaged|not a partial of rote count)/,
        ) as string,
      });
      writeFileSync(path, whole.subarray(0, i));
      await expect(readPartial(path), `${i} bytes`).rejects.toMatchObject({
        code: "file/malformed",
      });
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.of(0)]));
    await expect(readPartial(path)).rejects.toThrow(
      /a\.partial is damaged: it was cut short or changed, .* remove it and make it again$/,
    );
  });

  test("a later version, a file of another kind, no file", async () => {
    using directory = freshDirectory();
    const path = directory.in("a.partial");
    await writePartial(path, samplePartial());
    const content = readFileSync(path).subarray(0, -32);
    content.writeUInt32LE(2, 8);
    writeFileSync(path, Buffer.concat([content, createHash("sha256").update(content).digest()]));
    await expect(readPartial(path)).rejects.toThrow(
      /a\.partial is a partial of version 2, and this Rote reads version 1;/,
    );
    writeFileSync(path, "to be\tor not\n");
    await expect(readPartial(path)).rejects.toThrow(/a\.partial is not a partial of rote count$/);
    await expect(readPartial(directory.in("b"))).rejects.toThrow(/b does not exist/);
    await expect(readPartial(directory.path)).rejects.toThrow(/is a folder, not a file/);
  });
});

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
