import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { openDecoder } from "#rote/models/open-decoder.js";
import { wholeSequence } from "#rote/models/scoring/token-tree.js";
import { openDecoderThread } from "#rote/models/threaded-decoder.js";
import { goldenFolder, hasGolden } from "./golden.ts";

const rng = createRng(3);
const draw = (length: number): Int32Array => Int32Array.from({ length }, () => rng.int(256));

describe.skipIf(!hasGolden)("a decoder in a thread of its own", () => {
  test("answers what one in this thread answers", async () => {
    await using here = await openDecoder(goldenFolder("llama"), { threads: 1 });
    await using there = await openDecoderThread(goldenFolder("llama"), { threads: 1 });
    for (const key of ["identity", "vocabularySize", "maximumLength", "shape"] as const)
      expect(there[key]).toEqual(here[key]);
    expect(there.growing!.bytesPerToken).toBe(here.growing!.bytesPerToken);
    const batch = [draw(9), draw(30)];
    const rows = batch.map((ids) => wholeSequence(ids));
    expect(await there.run(rows, { details: true })).toEqual(
      await here.run(rows, { details: true }),
    );
    expect(await there.lastLogits(batch)).toEqual(await here.lastLogits(batch));
  });

  test("grows sequences; rows are kept as often as was said before the next ids", async () => {
    await using here = await openDecoder(goldenFolder("llama"), { threads: 1 });
    await using there = await openDecoderThread(goldenFolder("llama"), { threads: 1 });
    const beginnings = [draw(4), draw(7), draw(2)];
    const next = [draw(1), draw(3)];
    const results: Float32Array[] = [];
    for (const model of [here, there]) {
      using sequences = await model.growing!.start(3);
      await sequences.read(beginnings);
      sequences.keep([2, 0, 1]);
      sequences.keep([1, 1]);
      results.push(await sequences.read(next));
    }
    expect(results[1]).toEqual(results[0]);
  });

  test("leaves this thread to others while it works", async () => {
    await using model = await openDecoderThread(goldenFolder("neox"), { threads: 1 });
    const rows = Array.from({ length: 64 }, () => wholeSequence(draw(128)));
    await model.run(rows);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await model.run(rows);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });

  test("tells of failures with their codes, and goes on", async () => {
    await expect(openDecoderThread("test/models")).rejects.toMatchObject({
      code: "file/missing",
      message: expect.stringContaining("config.json does not exist") as string,
    });
    await using model = await openDecoderThread(goldenFolder("neox"), { threads: 1 });
    await expect(model.run([wholeSequence(Int32Array.of(1, 400))])).rejects.toMatchObject({
      code: "model/cannot",
      detail: { id: 400, vocabularySize: 256 },
    });
    expect(await model.run([wholeSequence(Int32Array.of(1, 40))])).toHaveLength(1);
  });

  test("a thread that dies is told of once: disposal of the model is quiet", async () => {
    const started = once(process, "worker") as Promise<[Worker]>;
    const work = async (): Promise<void> => {
      await using model = await openDecoderThread(goldenFolder("neox"), { threads: 1 });
      const [thread] = await started;
      await thread.terminate();
      await model.run([wholeSequence(draw(8))]);
    };
    await expect(work()).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining("ended with code 1") as string,
    });
  });
});
