import { expect, test } from "vitest";
import { mersenneTwister, uniformBelow } from "#rote/base/mersenne-twister.js";

test("the ten thousandth number of the default seed is the one the C++ standard demands", () => {
  const next = mersenneTwister(5489);
  for (let i = 1; i < 10_000; i++) next();
  expect(next()).toBe(4_123_659_995); // ISO/IEC 14882, [rand.predef]
});

test("numbers below a bound are as likely as each other", () => {
  const next = mersenneTwister(1);
  const counts = new Uint32Array(7);
  for (let i = 0; i < 70_000; i++) counts[uniformBelow(7, next)]! += 1;
  // Standard deviation 92.6.
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

test("what would make some numbers likelier is drawn again", () => {
  // (2^32 - 1) / 3 = 1,431,655,765: only the highest number lies behind three such parts.
  const numbers = [2 ** 32 - 1, 2 ** 31];
  expect(uniformBelow(3, () => numbers.shift()!)).toBe(1);
  expect(numbers).toEqual([]);
});

// What std::uniform_int_distribution<size_t> of GCC 12 draws from std::mt19937(19260817).
test.each([
  [2 ** 32, [1_919_156_834, 3_294_181_187, 1_852_757_103]],
  [2 ** 32 + 1, [3_294_181_187, 1_966_938_780, 828_307_086]],
  [6e9, [3_294_181_187, 1_966_938_780, 828_307_086, 2_091_480_844, 2_457_119_282]],
  [2 ** 40, [492_920_452_931, 474_413_341_340, 792_450_680_241, 568_814_269_029]],
])("numbers below %d are those of C++", (bound, expected) => {
  const next = mersenneTwister(19_260_817);
  expect(expected.map(() => uniformBelow(bound, next))).toEqual(expected);
});

// Starts of the windows that infini-gram 2.6.0 drew among so many places of an index of 50 M tokens.
test.each([
  [2016, 900],
  [20_133, 8996],
  [38_766, 17_322],
  [151_009, 67_478],
  [230_079, 102_810],
  [312_576, 139_676],
  [940_711, 420_406],
])("of %i numbers infini-gram's seed draws %i first", (bound, expected) => {
  expect(uniformBelow(bound, mersenneTwister(19_260_817))).toBe(expected);
});
