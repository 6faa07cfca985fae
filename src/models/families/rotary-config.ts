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
  /** Whether a `rope_scaling` concerns these layers; it does unless said. */
  readonly scaled?: boolean;
}

/** The rotation of a model's heads. */
export function rotaryOf(
  config: ConfigEntries,
  { headSize, share = 1, layerType, scaled = true }: RotaryOptions,
): Rotary {
  const all = config.section("rope_parameters");
  const given = layerType !== undefined && all.has(layerType) ? all.section(layerType) : all;
  const base = (given.has("rope_theta") ? given : config).positive(
    ["rope_theta", "rotary_emb_base"],
    10000,
  );
  const frequencies = rotaryFrequencies(base, rotatedNumbers(config, given, headSize, share));
  // Where both spellings are there, transformers 5 takes the old one, too.
  const old = config.section("rope_scaling");
  const scaling = scaled && old.has(["rope_type", "type"]) ? old : given;
  const type = scaling.get(["rope_type", "type"]) ?? "default";
  const scale = typeof type === "string" ? scalings.get(type) : undefined;
  if (scale !== undefined) return scale({ frequencies, base, scaling, config });
  const known = [...scalings.keys()].map((name) => JSON.stringify(name)).join(", ");
  return config.fail(`rotary scaling ${JSON.stringify(type)} is not supported; known are ${known}`);
}

/** base^(−2i / rotated) for each pair i. */
export function rotaryFrequencies(base: number, rotated: number): readonly number[] {
  return Array.from({ length: rotated / 2 }, (_, i) => base ** ((-2 * i) / rotated));
}

function rotatedNumbers(
  config: ConfigEntries,
  given: ConfigEntries,
  headSize: number,
  fallback: number,
): number {
  const names = ["partial_rotary_factor", "rotary_pct"];
  const fraction = (given.has(names) ? given : config).positive(names, fallback);
  const rotated = Math.floor(headSize * fraction);
  if (!(fraction <= 1) || rotated < 2 || rotated % 2 !== 0)
    config.fail(
      `a rotary fraction of ${fraction} rotates ${rotated} of a head's ${headSize} numbers; ` +
        `it must be an even number of at least 2`,
    );
  return rotated;
}

interface Scaling {
  readonly frequencies: readonly number[];
  readonly base: number;
  /** Where the parameters of the scaling stand. */
  readonly scaling: ConfigEntries;
  readonly config: ConfigEntries;
}

const scalings: ReadonlyMap<string, (scaling: Scaling) => Rotary> = new Map([
  ["default", ({ frequencies }: Scaling) => ({ frequencies })],
  ["linear", linear],
  ["llama3", llama3],
  ["yarn", yarn],
]);

/** Every wave is stretched by the factor. */
function linear({ frequencies, scaling }: Scaling): Rotary {
  const factor = scaling.positive("factor");
  return { frequencies: frequencies.map((frequency) => frequency / factor) };
}

/**
 * Llama 3: waves longer than the original context are stretched by the factor, short ones stay,
 * and between the two limits the stretching sets in by degrees.
 */
function llama3({ frequencies, scaling }: Scaling): Rotary {
  const factor = scaling.positive("factor");
  const low = scaling.positive("low_freq_factor");
  const high = scaling.positive("high_freq_factor");
  const original = scaling.size("original_max_position_embeddings");
  const stretch = (frequency: number): number => {
    const turns = (original * frequency) / (2 * Math.PI);
    if (turns > high) return frequency;
    if (turns < low) return frequency / factor;
    const smooth = (turns - low) / (high - low);
    return (1 - smooth) * (frequency / factor) + smooth * frequency;
  };
  return { frequencies: frequencies.map(stretch) };
}

/**
 * YaRN (Peng et al. 2023, https://arxiv.org/abs/2309.00071): between the pairs that turn `beta_fast`
 * and `beta_slow` times in the original context the stretching sets in along a ramp.
 */
function yarn({ frequencies, base, scaling, config }: Scaling): Rotary {
  const factor = scaling.positive("factor");
  const original = scaling.size(
    "original_max_position_embeddings",
    config.optionalSize("max_position_embeddings"),
  );
  if (scaling.has(["mscale", "mscale_all_dim"])) config.fail("YaRN with mscale is not supported");
  const last = 2 * frequencies.length - 1;
  const rounded = scaling.flag("truncate", true);
  /** The pair that turns so many times in the original context. */
  const pairOf = (turns: number): number =>
    (frequencies.length * Math.log(original / (turns * 2 * Math.PI))) / Math.log(base);
  const fast = pairOf(scaling.positive("beta_fast", 32));
  const slow = pairOf(scaling.positive("beta_slow", 1));
  const low = Math.max(rounded ? Math.floor(fast) : fast, 0);
  const high = Math.min(rounded ? Math.ceil(slow) : slow, last);
  const width = Math.max(high - low, 0.001);
  return {
    amplitude: scaling.positive("attention_factor", factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1),
    frequencies: frequencies.map((frequency, pair) => {
      const stretched = Math.min(Math.max((pair - low) / width, 0), 1);
      return (frequency / factor) * stretched + frequency * (1 - stretched);
    }),
  };
}
