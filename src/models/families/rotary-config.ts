/**
 * The frequencies of rotary position embeddings as config.json describes them: on the hub by
 * `rope_theta`, `rope_scaling` and a key of the family's for the share of a head that is rotated;
 * since transformers 5 by `rope_parameters`, which holds all of them, where layers differ once for
 * each type of layer.
 *
 * Formulas: https://github.com/huggingface/transformers/blob/v4.57.0/src/transformers/modeling_rope_utils.py
 */
import type { ConfigEntries } from "./config-entries.ts";
import type { Rotary } from "./parts/rotary.ts";

export interface RotaryOptions {
  readonly headSize: number;
  /** Share of each head that is rotated where the config does not say; 1 unless said. */
  readonly share?: number;
  /** Which entry of a `rope_parameters` that has one for each type of layer. */
  readonly layerType?: string;
}

/** The rotation of a model's heads. */
export function rotaryOf(
  config: ConfigEntries,
  { headSize, share = 1, layerType }: RotaryOptions,
): Rotary {
  const all = config.section("rope_parameters");
  const nested = layerType === undefined ? all : all.section(layerType);
  const given = nested.get("rope_theta") === undefined ? all : nested;
  // Where both are there, transformers 5 takes the old one, too.
  const old = config.section("rope_scaling");
  const scaling = old.get(["rope_type", "type"]) === undefined ? given : old;
  const rotated = rotatedNumbers(config, given, headSize, share);
  const theta = given.get("rope_theta") === undefined ? config : given;
  const base = theta.positive(["rope_theta", "rotary_emb_base"], 10000);
  const plain = Array.from({ length: rotated / 2 }, (_, i) => base ** ((-2 * i) / rotated));
  const type = scaling.get(["rope_type", "type"]) ?? "default";
  if (type === "default") return { frequencies: plain };
  if (type === "linear") {
    const factor = scaling.positive("factor");
    return { frequencies: plain.map((frequency) => frequency / factor) };
  }
  if (type === "llama3") return { frequencies: plain.map(llama3Scaling(scaling)) };
  return config.fail(
    `rotary scaling ${JSON.stringify(type)} is not supported; only "default", "linear" and "llama3" are`,
  );
}

function rotatedNumbers(
  config: ConfigEntries,
  given: ConfigEntries,
  headSize: number,
  fallback: number,
): number {
  const names = ["partial_rotary_factor", "rotary_pct"];
  const share = given.get(names) === undefined ? config : given;
  const fraction = share.positive(names, fallback);
  checkRotated(headSize, fraction, (reason) => config.fail(reason));
  return Math.floor(headSize * fraction);
}

/** Refuse a share of a head that is no even number of at least 2. `fail` does not return. */
export function checkRotated(
  headSize: number,
  fraction: number,
  fail: (reason: string) => never,
): void {
  const rotated = Math.floor(headSize * fraction);
  if (!(fraction > 0 && fraction <= 1) || rotated < 2 || rotated % 2 !== 0)
    fail(
      `a rotary fraction of ${fraction} rotates ${rotated} of a head's ${headSize} numbers; ` +
        `it must be an even number of at least 2`,
    );
}

/**
 * Llama 3: waves longer than the original context are stretched by the factor, short ones stay,
 * and between the two limits the stretching sets in by degrees.
 */
function llama3Scaling(scaling: ConfigEntries): (frequency: number) => number {
  const factor = scaling.positive("factor");
  const low = scaling.positive("low_freq_factor");
  const high = scaling.positive("high_freq_factor");
  const original = scaling.size("original_max_position_embeddings");
  return (frequency) => {
    const turns = (original * frequency) / (2 * Math.PI);
    if (turns > high) return frequency;
    if (turns < low) return frequency / factor;
    const smooth = (turns - low) / (high - low);
    return (1 - smooth) * (frequency / factor) + smooth * frequency;
  };
}
