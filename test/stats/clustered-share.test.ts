import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { clusteredShareInterval } from "#rote/stats/clustered-share.js";
import { wilsonInterval } from "#rote/stats/proportion.js";

const own = (size: number): Uint32Array => Uint32Array.from({ length: size }, (_, i) => i);
const bits = (size: number, ones: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => (i < ones ? 1 : 0));

describe("the interval of a share with clusters", () => {
  test.each([
    [12, 3],
    [40, 0],
    [40, 40],
    [7, 6],
  ])("is Wilson's where every point is its own cluster (%i points, %i ones)", (size, ones) => {
    const found = clusteredShareInterval(bits(size, ones), own(size), size);
    const wilson = wilsonInterval(ones, size);
    expect(found.low).toBeCloseTo(wilson.low, 12);
    expect(found.high).toBeCloseTo(wilson.high, 12);
    expect(found.method).toBe("wilson");
  });

  test("has a width where all values are equal but not exact", () => {
    const { low, high } = clusteredShareInterval(new Float64Array(30).fill(0.1), own(30), 30);
    const wilson = wilsonInterval(3, 30);
    expect(low).toBeCloseTo(wilson.low, 12);
    expect(high).toBeCloseTo(wilson.high, 12);
  });

  test("is Wilson's over clusters where the points of a cluster are copies", () => {
    const values = Float64Array.from({ length: 60 }, (_, i) => (Math.floor(i / 5) < 4 ? 1 : 0));
    const clusters = Uint32Array.from(values, (_, i) => Math.floor(i / 5));
    const found = clusteredShareInterval(values, clusters, 12);
    const wilson = wilsonInterval(4, 12);
    expect(found.low).toBeCloseTo(wilson.low, 12);
    expect(found.high).toBeCloseTo(wilson.high, 12);
    expect(found.method).toBe("clustered wilson");
  });

  test("covers the mean under dependence and of graded outcomes", () => {
    const rng = createRng(4);
    const runs = 1000;
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const clusters = Uint32Array.from({ length: 200 }, (_, i) => i >> 2);
      const shared = Float64Array.from({ length: 50 }, () => 0.3 * rng.next());
      const values = Float64Array.from(clusters, (c) => shared[c]! + 0.3 * rng.next());
      const { low, high } = clusteredShareInterval(values, clusters, 50);
      if (low <= 0.3 && high >= 0.3) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.93);
    expect(covered / runs).toBeLessThan(0.97);
  });
});
