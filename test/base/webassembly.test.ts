import { expect, test } from "vitest";
import { createMemory, createSharedMemory } from "#rote/base/webassembly.js";

test("a memory holds whole pages of zeros, at least as many bytes as asked for", () => {
  expect(createMemory(0).buffer.byteLength).toBe(65_536);
  expect(createMemory(65_537).buffer.byteLength).toBe(131_072);
  expect(createSharedMemory(1).buffer).toBeInstanceOf(SharedArrayBuffer);
});

test.each([createMemory, createSharedMemory])("more than 4 GiB are refused: %o", (create) => {
  const byteLength = 2 ** 32 + 1;
  expect(() => create(byteLength)).toThrow(
    expect.objectContaining({
      code: "count/limit",
      detail: { byteLength },
      message: expect.stringMatching(
        /^4294967297 bytes of memory .* at most 4294967296 are possible.*fewer --jobs/,
      ) as string,
    }) as Error,
  );
});
