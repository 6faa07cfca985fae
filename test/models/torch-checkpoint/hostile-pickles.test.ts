/** Pickles made to harm: each is refused with one clear error, nothing runs, memory stays small. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { RoteError } from "#rote/base/errors.js";
import {
  call,
  dict,
  global,
  integer,
  mark,
  none,
  type Operations,
  orderedDict,
  pickle,
  protocol,
  reduce,
  stackGlobal,
  stateDict,
  storageId,
  tensor,
  text,
  tuple,
} from "./pickle.ts";
import { inArchive, Refusals } from "./refusal.ts";

const refusals = new Refusals();
const refusal = (bytes: Uint8Array): Promise<RoteError> => refusals.of(bytes);
afterAll(() => refusals.remove());

describe("a pickle that asks for code", () => {
  const victim = (): string => join(refusals.folder, "was-run");
  const attacks: Record<string, (command: string) => Operations> = {
    "os.system": (command) => reduce(global("os", "system"), text(command)),
    "posix.system": (command) => reduce(global("posix", "system"), text(command)),
    "builtins.eval": (command) => reduce(global("builtins", "eval"), text(command)),
    "builtins.exec": (command) => reduce(stackGlobal("builtins", "exec"), text(command)),
    "subprocess.Popen": (command) => reduce(global("subprocess", "Popen"), tuple(text(command))),
    "torch.load": (command) => reduce(global("torch", "load"), text(command)),
    "torch._utils._rebuild_tensor": (command) =>
      reduce(global("torch._utils", "_rebuild_tensor"), text(command)),
    "collections.OrderedDict.__class__": () => stackGlobal("collections", "OrderedDict.__class__"),
    "constructor.constructor": (command) =>
      reduce(stackGlobal("constructor", "constructor"), text(command)),
    "node:child_process.execSync": (command) =>
      reduce(global("node:child_process", "execSync"), text(command)),
  };
  test.each(Object.keys(attacks))("%s is refused by name", async (name) => {
    const attack = attacks[name]!(`touch ${victim()}`);
    for (const version of [2, 4]) {
      const hidden = dict([[text("weight"), attack]], orderedDict);
      for (const value of [attack, hidden, tuple(tuple(attack))]) {
        const error = await refusal(inArchive(pickle(value, version)));
        expect(error.code).toBe("model/unsupported");
        expect(error.message).toContain(`it asks for "${name}", which has no place among weights`);
        expect(error.message).toContain("nothing of the file was run");
      }
    }
    expect(existsSync(victim())).toBe(false);
  });

  test("hidden in the attributes of a dictionary or among the hooks of a tensor is refused", async () => {
    const system = reduce(global("os", "system"), text("true"));
    const attributes = Buffer.concat([
      orderedDict,
      dict([[text("_metadata"), system]]),
      Buffer.from("b"),
    ]);
    const hooks = reduce(
      global("torch._utils", "_rebuild_tensor_v2"),
      ...[storageId({ name: "w", key: "0", shape: [1] }), integer(0), tuple(integer(1))],
      ...[tuple(integer(1)), none, system],
    );
    for (const value of [attributes, dict([[text("w"), hooks]])])
      expect((await refusal(inArchive(pickle(value), [new Uint8Array(4)]))).message).toContain(
        '"os.system"',
      );
  });

  test.each([
    ["an instance", Buffer.from("(ios\nsystem\n")],
    ["an object", Buffer.concat([mark, orderedDict, Buffer.from("o")])],
    ["a new object", Buffer.concat([orderedDict, Buffer.from(")"), Buffer.of(0x81)])],
    ["a persistent id in text", Buffer.from("Pstorage\n")],
    ["an extension", Buffer.of(0x82, 1)],
    ["bytes", Buffer.from("C\x01x", "latin1")],
    ["a buffer from outside", Buffer.of(0x97)],
    ["a string to be evaluated", Buffer.from("S'x'\n")],
  ])("as %s is refused by its operation", async (_, operations) => {
    const error = await refusal(inArchive(pickle(operations)));
    expect(error.message).toMatch(
      /asks for operation 0x[0-9a-f]{2} at byte \d+, which no state dict needs/,
    );
  });

  test("terminals are not written to by names of a file", async () => {
    const { message } = await refusal(
      inArchive(pickle(global("os", "\x1b]0;x\x07\u009b31m\u202e".repeat(50)))),
    );
    expect(message).toContain("os.?]0;x??31m?");
  });
});

describe("a pickle that lies", () => {
  const ids = { name: "w", key: "0", shape: [1] };
  const rebuild = (...args: Operations[]): Operations =>
    reduce(global("torch._utils", "_rebuild_tensor_v2"), ...args);
  test.each<[string, Operations, RegExp]>([
    ["calls what is no function", Buffer.concat([none, tuple(), call]), /calls None/],
    ["calls a type", reduce(global("torch", "FloatStorage")), /calls a global/],
    [
      "calls with no tuple",
      Buffer.concat([global("collections", "OrderedDict"), none, call]),
      /with None/,
    ],
    [
      "gives a dictionary arguments",
      reduce(global("collections", "OrderedDict"), none),
      /made from arguments/,
    ],
    ["takes from nothing", Buffer.from("0"), /takes a value that is not there/],
    [
      "takes from below a mark",
      Buffer.concat([none, none, mark, Buffer.of(0x86)]),
      /takes a value that is not there/,
    ],
    ["lacks a mark", Buffer.from("t"), /lacks a mark/],
    ["recalls nothing", Buffer.from("h\x07", "latin1"), /refers to value 7 before it is there/],
    ["leaves two values", Buffer.concat([none, none]), /ends with 2 values/],
    [
      "sets items of None",
      Buffer.concat([none, none, none, Buffer.from("s")]),
      /sets 2 keys and values of None/,
    ],
    ["sets a key without a value", Buffer.from("}(Nu"), /sets 1 keys/],
    ["appends to a dictionary", Buffer.from("}Na"), /appends to a mapping/],
    [
      "builds a number",
      Buffer.concat([integer(1), none, Buffer.from("b")]),
      /sets attributes of a number/,
    ],
    [
      "holds text that is none",
      Buffer.from("X\x01\x00\x00\x00\xff", "latin1"),
      /text that is not UTF-8/,
    ],
    [
      "holds a number of 200 bytes",
      Buffer.concat([Buffer.of(0x8a, 200), Buffer.alloc(200)]),
      /a number of 200 bytes/,
    ],
    [
      "holds a number beyond exactness",
      Buffer.concat([Buffer.of(0x8a, 8), Buffer.alloc(8, 0x7f)]),
      /holds the number 9187/,
    ],
    [
      "claims text of 4 GiB",
      Buffer.from("X\xff\xff\xff\xff", "latin1"),
      /ends in the middle of a value/,
    ],
    [
      "claims text of 16 EiB",
      Buffer.concat([Buffer.of(0x8d), Buffer.alloc(8, 0xff)]),
      /ends in the middle of a value/,
    ],
    ["claims a name without end", Buffer.from("cos"), /ends in the middle of a name/],
    ["refers outside to None", Buffer.concat([none, Buffer.from("Q")]), /no storage: None/],
    [
      "has a storage of None numbers",
      Buffer.concat([
        tuple(text("storage"), global("torch", "FloatStorage"), text("0"), text("cpu"), none),
        Buffer.from("Q"),
      ]),
      /a storage of None numbers/,
    ],
    [
      "has a storage of fewer than no numbers",
      storageId({ ...ids, length: -1 }),
      /a storage of a number numbers/,
    ],
    [
      "has a storage of no type",
      Buffer.concat([
        tuple(text("storage"), text("float"), text("0"), text("cpu"), none),
        Buffer.from("Q"),
      ]),
      /the type of a storage is a string/,
    ],
    ["has a tensor of too few arguments", rebuild(none), /made from 1 arguments/],
    [
      "has a tensor outside of storages",
      rebuild(none, none, none, none, none, none),
      /lie in None, not in a storage/,
    ],
    [
      "has a tensor of negative size",
      tensor({ ...ids, shape: [-1], length: 1, strides: [1] }),
      /a size is a number/,
    ],
    [
      "has a tensor of rank 65",
      tensor({ ...ids, shape: Array<number>(65).fill(1) }),
      /the shape or the strides/,
    ],
  ])("%s", async (_, value, message) => {
    const error = await refusal(inArchive(pickle(value), [new Uint8Array(4)]));
    expect(error.code).toBe("model/malformed");
    expect(error.message).toMatch(message);
  });

  test.each([
    [
      "more numbers than its storage",
      { shape: [5], length: 4 },
      /of shape \[5\] from number 0 exceeds its storage of 4/,
    ],
    [
      "an offset behind its storage",
      { shape: [4], offset: 1, length: 4 },
      /from number 1 exceeds its storage of 4/,
    ],
    [
      "a size whose product overflows",
      { shape: [2 ** 40, 2 ** 40], length: 4 },
      /exceeds its storage of 4/,
    ],
    [
      "a product of zero that hides a size",
      { shape: [2 ** 50, 0], offset: 5, length: 4 },
      /from number 5 exceeds/,
    ],
    [
      "a storage larger than its entry",
      { shape: [1], length: 2 ** 40 },
      /has 1099511627776 numbers of 4 bytes in 16 bytes/,
    ],
    [
      "a storage smaller than its entry",
      { shape: [1], length: 3 },
      /has 3 numbers of 4 bytes in 16 bytes/,
    ],
    [
      "strides of another rank",
      { shape: [4], strides: [], length: 4 },
      /stored transposed or spread/,
    ],
    [
      "an expanded row",
      { shape: [3, 4], strides: [0, 1], length: 4 },
      /stored transposed or spread/,
    ],
    ["strides of nothing", { shape: [4], strides: [0], length: 4 }, /stored transposed or spread/],
  ])("about a tensor: %s", async (_, claims, message) => {
    const bytes = stateDict([{ name: "w", key: "0", ...claims }]);
    expect((await refusal(inArchive(bytes, [new Uint8Array(16)]))).message).toMatch(message);
  });

  test.each(["../../etc/passwd", "1", "/etc/passwd", "__proto__"])(
    "about where a tensor lies: %s",
    async (key) => {
      const bytes = stateDict([{ name: "w", key, shape: [1] }]);
      const { message } = await refusal(inArchive(bytes, [new Uint8Array(4)]));
      expect(message).toContain(`lies in entry "data/${key}", which is not there`);
    },
  );

  test.each([0, 1, 6, 255])("about its protocol: %i", async (version) => {
    expect((await refusal(inArchive(pickle(none, version)))).message).toContain(
      `has protocol ${version}; 2 to 5 are read`,
    );
  });

  test("without a protocol, an end or anything is refused", async () => {
    for (const bytes of [
      Buffer.from("N."),
      Buffer.concat([protocol(2), none]),
      protocol(2),
      Buffer.alloc(0),
    ])
      expect((await refusal(inArchive(bytes))).message).toMatch(
        /does not begin with its protocol|ends in the middle/,
      );
    const behind = Buffer.concat([pickle(none), Buffer.from("N")]);
    expect((await refusal(inArchive(behind))).message).toContain("1 bytes behind");
  });
});

describe("a bomb", () => {
  async function memoryFor(run: () => Promise<unknown>): Promise<number> {
    const before = process.memoryUsage.rss();
    await run();
    return process.memoryUsage.rss() - before;
  }

  test("of values that hold each other twice is never unfolded", async () => {
    // 2^200 leaves in 200 tuples of two, then as a name and in the place of a tensor.
    const doubled = Buffer.concat(
      Array.from({ length: 200 }, (_, i) => Buffer.from([0x71, i, 0x68, i, 0x86])),
    );
    const bomb = Buffer.concat([text("x".repeat(1000)), doubled]);
    expect((await refusal(inArchive(pickle(dict([[bomb, none]]))))).message).toContain(
      "name of a tensor is a tuple",
    );
    expect((await refusal(inArchive(pickle(dict([[text("w"), bomb]]))))).message).toContain(
      "holds a tuple, not a tensor",
    );
  });

  test("of a value that holds itself is never followed", async () => {
    const self = Buffer.from("}q\x00X\x01\x00\x00\x00wh\x00s", "latin1");
    expect((await refusal(inArchive(pickle(self)))).message).toContain(
      "holds a mapping, not a tensor",
    );
  });

  test.each([
    ["values", "N"],
    ["dictionaries", "}"],
    ["marks", "("],
    ["memos", "Nq\x00"],
  ])("of %s ends after a bounded number of operations", async (_, operations) => {
    const bomb = Buffer.from(operations.repeat(2 ** 22 + 1), "latin1");
    const bytes = inArchive(pickle(bomb));
    const memory = await memoryFor(async () => {
      expect((await refusal(bytes)).message).toContain("takes more than 4194304 operations");
    });
    expect(memory).toBeLessThan(1e9);
  });

  test("of a pickle larger than any checkpoint's is not read", async () => {
    const { message } = await refusal(inArchive(Buffer.alloc(2 ** 26 + 1)));
    expect(message).toContain(
      'entry "archive/data.pkl" has 67108865 bytes; at most 67108864 are read',
    );
  });
});
