/** Which layers see everything before a token and which a window: `layer_types` or a family's rule. */
import type { ConfigEntries } from "./config-entries.ts";

export type LayerType = "full_attention" | "sliding_attention";

/** The type of a layer; `rule` says it where config.json has no `layer_types`. */
export function layerTypes(
  config: ConfigEntries,
  rule: (index: number) => LayerType,
): (index: number) => LayerType {
  const given = config.get("layer_types");
  if (given === undefined) return rule;
  const layers = config.size("num_hidden_layers");
  if (!Array.isArray(given) || given.length < layers)
    return config.fail(`layer_types must list the type of each of ${layers} layers`);
  return (index) => {
    const type: unknown = given[index];
    if (type === "full_attention" || type === "sliding_attention") return type;
    return config.fail(
      `layer type ${JSON.stringify(type)} is not supported; only "full_attention" and "sliding_attention" are`,
    );
  };
}

/** The window of Qwen's layers: none unless `use_sliding_window`, then of the later layers only. */
export function qwenWindow(config: ConfigEntries): (index: number) => { readonly window?: number } {
  const size = config.optionalSize("sliding_window");
  if (!config.flag("use_sliding_window", false) || size === undefined) return () => ({});
  const first = config.get("max_window_layers");
  const from = typeof first === "number" ? first : 28;
  const typeOf = layerTypes(config, (index) =>
    index >= from ? "sliding_attention" : "full_attention",
  );
  return (index) => (typeOf(index) === "sliding_attention" ? { window: size } : {});
}
