/**
 * Rotary position embedding: pairs of a head's numbers are rotated by position · frequency.
 * Su et al. 2021, https://arxiv.org/abs/2104.09864.
 */
import type { GraphBuilder, Value } from "../../../graph/builder.ts";
import { multiply, scale } from "../../../graph/operations/elementwise.ts";
import { cast, reshape } from "../../../graph/operations/shape.ts";
import { float64 } from "../../../graph/tensor.ts";

/** The frequencies of a head's pairs; numbers beyond the last pair are not rotated. */
export interface Rotary {
  readonly frequencies: readonly number[];
  /** Pairs are (2i, 2i + 1) (GPT-J) rather than (i, i + half). */
  readonly interleaved?: boolean;
  /** Factor on cos and sin; 1 unless said (YaRN has another). */
  readonly amplitude?: number;
}

/** cos and sin of each position and pair. */
export interface RotaryTables {
  readonly cos: Value;
  readonly sin: Value;
}

/**
 * The tables of some positions, int64 [n], a row each; every kind is made once. The graph computes
 * them as it runs, so a context of 128k positions costs what the positions at hand cost, and in
 * float64: at such positions an angle in float32 would be off by 1/128 of a radian.
 */
export function rotaryTables(
  graph: GraphBuilder,
  positions: Value,
): (rotary: Rotary) => RotaryTables {
  const known = new Map<string, RotaryTables>();
  return ({ frequencies, amplitude = 1 }) => {
    const key = `${amplitude} ${frequencies.join()}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const angles = anglesOf(graph, positions, frequencies);
    const table = (op: "Cos" | "Sin"): Value => {
      const waves = graph.emitOne(op, [angles], angles);
      return cast(graph, amplitude === 1 ? waves : scale(graph, waves, amplitude), "float32");
    };
    const tables = { cos: table("Cos"), sin: table("Sin") };
    known.set(key, tables);
    return tables;
  };
}

/** position · frequency, float64 [n, pairs]. */
function anglesOf(graph: GraphBuilder, positions: Value, frequencies: readonly number[]): Value {
  const column = reshape(graph, cast(graph, positions, "float64"), [positions.shape[0]!, 1]);
  const row = float64(Float64Array.from(frequencies), [1, frequencies.length]);
  return multiply(graph, column, graph.constant(row));
}
