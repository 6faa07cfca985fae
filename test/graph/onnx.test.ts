import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { GraphBuilder } from "#rote/graph/builder.js";
import * as elementwise from "#rote/graph/operations/elementwise.js";
import { scatterAddRows } from "#rote/graph/operations/indexing.js";
import { gemm, linear, matMul } from "#rote/graph/operations/linear.js";
import { argmax } from "#rote/graph/operations/argmax.js";
import { logSumExp, reduceSum } from "#rote/graph/operations/reduce.js";
import * as shape from "#rote/graph/operations/shape.js";
import { causalMask } from "#rote/graph/operations/transformer.js";
import { ProtobufWriter } from "#rote/graph/protobuf.js";
import { importRuntime, loadRuntime } from "#rote/graph/runtime.js";
import { openSession } from "#rote/graph/session.js";
import { float32, int32, type Tensor } from "#rote/graph/tensor.js";

/** What a graph of one output makes of some inputs. */
async function run(
  build: (graph: GraphBuilder) => ReturnType<typeof elementwise.add>,
  feeds: Record<string, Tensor> = {},
): Promise<Tensor> {
  const graph = new GraphBuilder();
  graph.output("y", build(graph));
  await using session = await openSession(graph.toModel(), { threads: 1 });
  return (await session.run(feeds, { y: true })).y!;
}

describe("protobuf", () => {
  test("integers are base-128, low groups first; negative ones take ten bytes", () => {
    const hex = (value: number | bigint): string =>
      Buffer.from(new ProtobufWriter().integer(1, value).finish()).toString("hex");
    expect(hex(0)).toBe("0800");
    expect(hex(150)).toBe("089601"); // the example of the format's documentation
    expect(hex(2n ** 40n)).toBe("08808080808020");
    expect(hex(-1)).toBe("08ffffffffffffffffff01");
  });

  test("every integer is read back by a plain decoder", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        const [, ...groups] = new ProtobufWriter().integer(1, value).finish();
        const read = groups.reduceRight((sum, group) => sum * 128n + BigInt(group & 127), 0n);
        expect(read).toBe(value);
      }),
    );
  });

  test("a message knows its length", () => {
    const inner = new ProtobufWriter().string(1, "ab").packedIntegers(2, [3, 270]).float(3, 1);
    const bytes = new ProtobufWriter()
      .message(15, inner)
      .message(16, new ProtobufWriter())
      .finish();
    expect(Buffer.from(bytes).toString("hex")).toBe(
      "7a0e" + "0a026162" + "1203038e02" + "1d0000803f" + "820100",
    );
  });
});

test("a model of one node has exactly these bytes", () => {
  const graph = new GraphBuilder();
  const x = graph.input("x", "float32", ["N", 2]);
  const c = graph.initializer("c", float32(Float32Array.of(1, 2), [2]));
  graph.output("y", elementwise.add(graph, x, c));
  const { bytes, external } = graph.toModel();
  expect(external).toEqual([]);
  const expected = [
    "0808", // ir_version 8
    "1204726f7465", // producer_name "rote"
    "3a57", // graph, 87 bytes
    "0a0e" + "0a0178" + "0a0163" + "120179" + "2203416464", // node x, c -> y: Add
    "12056772617068", // name "graph"
    "2a12" + "0a0102" + "1001" + "420163" + "4a080000803f00000040", // initializer c [2] float: 1, 2
    "5a14" + "0a0178" + "120f0a0d0801" + "1209" + "0a0312014e" + "0a020802", // input x float [N, 2]
    "6214" + "0a0179" + "120f0a0d0801" + "1209" + "0a0312014e" + "0a020802", // output y float [N, 2]
    "42040a001012", // opset "" 18
    "42110a0d636f6d2e6d6963726f736f66741001", // opset "com.microsoft" 1
  ];
  expect(Buffer.from(bytes).toString("hex")).toBe(expected.join(""));
});

test("a large initializer lies beside the model and is used", async () => {
  const data = Float32Array.from({ length: 2000 }, (_, i) => i);
  const graph = new GraphBuilder();
  const table = graph.initializer("table", float32(data, [2000]));
  graph.output("y", reduceSum(graph, table, [0]));
  const model = graph.toModel();
  expect(model.external.map(({ path, data: { byteLength } }) => [path, byteLength])).toEqual([
    ["table", 8000],
  ]);
  expect(model.bytes.byteLength).toBeLessThan(500);
  await using session = await openSession(model, { threads: 1 });
  expect(Number((await session.run({}, { y: true })).y!.data[0])).toBe(1999000);
});

describe("shapes", () => {
  test("sizes known only at run time are computed from the inputs", async () => {
    const x = float32(
      Float32Array.from({ length: 24 }, (_, i) => i),
      [2, 3, 4],
    );
    const build = (graph: GraphBuilder): ReturnType<typeof elementwise.add> => {
      const value = graph.input("x", "float32", ["B", "T", 4]);
      const rows = shape.reshape(graph, value, ["B*T", 4]);
      const filled = elementwise.add(graph, rows, shape.zeros(graph, ["B*T", 4]));
      return shape.transpose(graph, shape.reshape(graph, filled, ["B", "T", 2, 2]), [0, 2, 1, 3]);
    };
    const y = await run(build, { x });
    expect(y.shape).toEqual([2, 2, 3, 2]);
    expect([...(y.data as Float32Array).subarray(0, 6)]).toEqual([0, 1, 4, 5, 8, 9]);
  });

  test("a causal mask forbids what comes later", async () => {
    const build = (graph: GraphBuilder): ReturnType<typeof elementwise.add> => {
      graph.input("x", "float32", ["T"]);
      return causalMask(graph, "T");
    };
    const { data } = await run(build, { x: float32(new Float32Array(3), [3]) });
    const no = Math.fround(-1e30);
    expect([...(data as Float32Array)]).toEqual([0, no, no, 0, 0, no, 0, 0, 0]);
  });

  const graph = new GraphBuilder();
  const [a, b] = [graph.input("a", "float32", [2, 3]), graph.input("b", "float32", [2, 4])];
  test.each([
    ["Add", () => elementwise.add(graph, a, b), "Add of shapes [2, 3] and [2, 4]"],
    [
      "two types",
      () => elementwise.add(graph, a, shape.cast(graph, a, "float64")),
      "Add of float32 and float64",
    ],
    ["matMul", () => matMul(graph, a, b), "[2, 3] and [2, 4] do not fit in a matrix product"],
    ["gemm", () => gemm(graph, a, b), "do not fit in a matrix product"],
    ["a bias", () => linear(graph, a, a, graph.input("bias", "float32", [3])), "do not fit"],
    ["reshape", () => shape.reshape(graph, a, [5]), "[2, 3] cannot be reshaped to [5]"],
    [
      "split",
      () => shape.split(graph, a, [2, 2]),
      "pieces of 2 + 2 do not make up axis 1 of [2, 3]",
    ],
    ["a tensor", () => float32(new Float32Array(3), [2]), "shape [2] holds 2 numbers, got 3"],
    [
      "an unknown size",
      () => shape.zeros(graph, ["Q", 2]),
      "no input of the graph has a size called Q",
    ],
    [
      "a name twice",
      () => {
        graph.initializer("n", int32(new Int32Array(1), [1]));
        graph.initializer("n", int32(new Int32Array(1), [1]));
      },
      "two initializers are called n",
    ],
  ])("%s that do not fit are refused with the shapes", (_name, build, message) => {
    expect(build).toThrow(expect.objectContaining({ code: "graph/invalid" }) as Error);
    expect(build).toThrow(message);
  });
});

describe("results", () => {
  test("ln Σ exp does not overflow, and is exact where one term dominates", async () => {
    const x = float32(Float32Array.of(1000, 1000, -1000, -1000, 5, -200), [3, 2]);
    const { data } = await run((graph) => logSumExp(graph, graph.input("x", "float32", [3, 2])), {
      x,
    });
    const expected = [1000 + Math.LN2, -1000 + Math.LN2, 5];
    for (const [i, value] of expected.entries()) expect(Number(data[i])).toBeCloseTo(value, 3);
  });

  test("a value has all the names it is given, and an input too can be a result", async () => {
    const graph = new GraphBuilder();
    const x = graph.input("x", "float32", [2]);
    const sum = elementwise.add(graph, x, x);
    graph.output("once", sum);
    graph.output("again", sum);
    graph.output("twice", elementwise.add(graph, sum, sum));
    graph.output("same", x);
    graph.output("constant", graph.scalar(5));
    await using session = await openSession(graph.toModel());
    const results = await session.run(
      { x: float32(Float32Array.of(1, 2), [2]) },
      { once: true, again: true, twice: true, same: true, constant: true },
    );
    const found = Object.entries(results).map(([name, { data }]) => [name, [...data].map(Number)]);
    expect(Object.fromEntries(found)).toEqual({
      once: [2, 4],
      again: [2, 4],
      twice: [4, 8],
      same: [1, 2],
      constant: [5],
    });
  });

  test("of equal largest elements the first is chosen", async () => {
    const x = float32(Float32Array.of(1, 3, 3, 2), [1, 4]);
    const { dtype, data } = await run(
      (graph) => argmax(graph, graph.input("x", "float32", [1, 4])),
      { x },
    );
    expect([dtype, Number(data[0])]).toEqual(["int32", 1]);
  });

  // 1,024 is searched in blocks of 32, 296 in blocks of 37; 310 and 40 have no fitting divisor.
  test.each([1024, 296, 310, 40])("so it is in rows of %i", async (length) => {
    const rows = 50;
    const rng = createRng(length);
    // Few values, so that most rows have several largest ones.
    const data = Float32Array.from({ length: rows * length }, () => rng.int(length / 4));
    const found = await run((graph) => argmax(graph, graph.input("x", "float32", ["R", length])), {
      x: float32(data, [rows, length]),
    });
    const expected = Array.from({ length: rows }, (_, row) => {
      const values = data.subarray(row * length, (row + 1) * length);
      return values.indexOf(Math.max(...values));
    });
    expect([...found.data]).toEqual(expected);
  });

  test("rows added to the same place are summed in order, by several threads too", async () => {
    const [rows, width] = [2048, 64];
    const rng = createRng(2);
    const graph = new GraphBuilder();
    const places = graph.input("places", "int32", [rows]);
    const values = graph.input("values", "float32", [rows, width]);
    graph.output("y", scatterAddRows(graph, shape.zeros(graph, [8, width]), places, values));
    await using session = await openSession(graph.toModel(), { threads: 2 });
    const random = Float32Array.from({ length: rows * width }, () => rng.normal());
    const feeds = {
      places: int32(
        Int32Array.from({ length: rows }, () => rng.int(3)),
        [rows],
      ),
      values: float32(random, [rows, width]),
    };
    const expected = new Float32Array(8 * width);
    for (let i = 0; i < random.length; i++)
      expected[feeds.places.data[Math.floor(i / width)]! * width + (i % width)]! += random[i]!;
    for (let round = 0; round < 100; round++) {
      const { y } = await session.run(feeds, { y: true });
      expect(y!.data).toEqual(expected);
    }
  });

  test("an output given as a tensor is filled", async () => {
    const graph = new GraphBuilder();
    graph.output("y", elementwise.exp(graph, graph.input("x", "float32", [2])));
    await using session = await openSession(graph.toModel(), { threads: 1 });
    const y = float32(new Float32Array(2), [2]);
    await session.run({ x: float32(Float32Array.of(0, 1), [2]) }, { y });
    expect(y.data[0]).toBe(1);
    expect(y.data[1]).toBeCloseTo(Math.E, 6);
  });
});

describe("the runtime", () => {
  test("names itself", async () => {
    const { name, version } = await loadRuntime();
    expect(name).toMatch(/^onnxruntime-(node|web)$/);
    expect(version).toMatch(/^\d+\.\d+/);
  });

  test("where it is missing the error says how to get it", async () => {
    await expect(importRuntime(["onnxruntime-absent"])).rejects.toMatchObject({
      code: "graph/unavailable",
      message: expect.stringContaining(
        "ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node",
      ) as string,
    });
  });

  test("a graph it refuses is an error with its reason", async () => {
    const graph = new GraphBuilder();
    const x = graph.input("x", "float32", [2]);
    graph.output("y", graph.emitOne("NoSuchOperator", [x], x));
    await expect(openSession(graph.toModel())).rejects.toMatchObject({
      code: "graph/invalid",
      message: expect.stringContaining("NoSuchOperator") as string,
    });
  });
});
