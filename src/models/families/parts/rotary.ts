/**
 * Rotary position embedding: pairs of a head's numbers are rotated by position · frequency.
 * Su et al. 2021, https://arxiv.org/abs/2104.09864.
 */
import type { GraphBuilder, Value } from "../../../graph/builder.ts";
import { float32, type Tensor } from "../../../graph/tensor.ts";

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

/** Tables as initializers of a graph, each kind once; angles are computed in float64. */
export function rotaryTables(
  graph: GraphBuilder,
  positions: number,
): (rotary: Rotary) => RotaryTables {
  const known = new Map<string, RotaryTables>();
  return ({ frequencies, amplitude = 1 }) => {
    const key = `${amplitude} ${frequencies.join()}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const suffix = known.size === 0 ? "" : `.${known.size}`;
    const table = (of: (angle: number) => number): Tensor =>
      tabulate(frequencies, positions, (angle) => amplitude * of(angle));
    const tables = {
      cos: graph.initializer(`rotary.cos${suffix}`, table(Math.cos)),
      sin: graph.initializer(`rotary.sin${suffix}`, table(Math.sin)),
    };
    known.set(key, tables);
    return tables;
  };
}

function tabulate(
  frequencies: readonly number[],
  positions: number,
  of: (angle: number) => number,
): Tensor {
  const pairs = frequencies.length;
  const data = new Float32Array(positions * pairs);
  for (let position = 0, at = 0; position < positions; position++)
    for (const frequency of frequencies) data[at++] = of(position * frequency);
  return float32(data, [positions, pairs]);
}
