/** The `shape` of a training configuration: each family has keys of its own. */
import { isRecord } from "../../base/json.ts";
import type { BaseShape } from "./base-shape.ts";
import type { Section } from "./config-section.ts";
import { checkShape, type ModelShape, newFamilies } from "./model-shape.ts";

/** The vocabulary is the tokenizer's where it is not given; a larger one has unused rows. */
export type NewShape = WithoutVocabulary<ModelShape>;

type WithoutVocabulary<T> = T extends BaseShape
  ? Omit<T, "vocabularySize"> & { readonly vocabularySize?: number }
  : never;

const baseKeys = [
  "family",
  "hiddenSize",
  "layers",
  "heads",
  "maximumLength",
  "vocabularySize",
  "intermediateSize",
  "epsilon",
  "tiedEmbeddings",
];

const gptNeoxKeys = ["rotaryFraction", "rotaryBase", "parallelResidual", "attentionBias"];
const llamaKeys = ["keyValueHeads", "rotaryBase"];

/** Read the shape of a new model, defaults filled in. */
export function parseShape(top: Section): NewShape {
  const given = top.get("shape");
  const family = isRecord(given) ? (given.family ?? "gpt_neox") : "gpt_neox";
  const own = family === "gpt_neox" ? gptNeoxKeys : family === "gpt2" ? [] : llamaKeys;
  const section = top.section("shape", [...baseKeys, ...own]);
  const shape = familyShape(section);
  checkShape({ ...shape, vocabularySize: 1 }, (reason) => section.fail("", reason));
  return section.has("vocabularySize")
    ? { ...shape, vocabularySize: section.integer("vocabularySize") }
    : shape;
}

function familyShape(section: Section): NewShape {
  const family = section.choice("family", newFamilies, "gpt_neox");
  const hiddenSize = section.integer("hiddenSize");
  const heads = section.integer("heads");
  const sizes = { hiddenSize, layers: section.integer("layers"), heads };
  const maximumLength = section.integer("maximumLength");
  const tiedEmbeddings = section.flag("tiedEmbeddings", true);
  const rest = (inner: number, epsilon: number): Omit<BaseShape, "vocabularySize"> => ({
    ...sizes,
    intermediateSize: section.integer("intermediateSize", { fallback: inner }),
    maximumLength,
    epsilon: section.number("epsilon", { above: 0, fallback: epsilon }),
    tiedEmbeddings,
  });
  const rotaryBase = (): number => section.number("rotaryBase", { above: 1, fallback: 10000 });
  if (family === "gpt_neox")
    return {
      ...{ family, ...rest(4 * hiddenSize, 1e-5) },
      rotaryFraction: section.number("rotaryFraction", { above: 0, most: 1, fallback: 0.25 }),
      rotaryBase: rotaryBase(),
      parallelResidual: section.flag("parallelResidual", true),
      attentionBias: section.flag("attentionBias", true),
    };
  if (family === "gpt2") return { family, ...rest(4 * hiddenSize, 1e-5) };
  return {
    ...{ family, ...rest(gatedSize(hiddenSize), 1e-6) },
    keyValueHeads: section.integer("keyValueHeads", { fallback: heads }),
    rotaryBase: rotaryBase(),
  };
}

/** A gate is a third matrix: two thirds of 4 × hidden have as many parameters, here in steps of 16. */
function gatedSize(hiddenSize: number): number {
  return 16 * Math.ceil((8 * hiddenSize) / 3 / 16);
}
