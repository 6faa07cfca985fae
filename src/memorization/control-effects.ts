/**
 * What the controls of a partial correlation take from the corpus's side, and which take nothing: beside
 * a value near 0 this tells "nothing is left of the effect" from "nothing was left to look at".
 */
import { partialFromProducts } from "../stats/partial.ts";
import { RankMoments } from "../stats/rank-moments.ts";
import type { View } from "./inconclusive.ts";
import type { MemorizationEstimate } from "./memorization-estimate.ts";
import type { Quantity } from "./quantities.ts";

/** Part of an estimate; empty where it is no partial correlation. */
export type ControlEffect = Pick<MemorizationEstimate, "redundantControls" | "corpusLeft">;

/** Effects by view and controls: they are the same for every model. */
export class ControlEffects {
  readonly #known = new Map<View, Map<string, ControlEffect>>();

  of(
    view: View,
    { method, controls }: Quantity,
    { constantControls }: Pick<MemorizationEstimate, "constantControls">,
  ): ControlEffect {
    if (method !== "partial-spearman") return {};
    const own = this.#known.get(view) ?? new Map<string, ControlEffect>();
    this.#known.set(view, own);
    const varying = controls.filter((name) => !constantControls.includes(name));
    const key = varying.join(" ");
    const effect = own.get(key) ?? effectOf(view, varying);
    own.set(key, effect);
    return effect;
  }
}

function effectOf(view: View, controls: Quantity["controls"]): ControlEffect {
  const { names, ranks, points } = view.sample();
  const columns = ["corpus", ...controls].map((name) => ranks[names.indexOf(name)]!);
  const moments = new RankMoments(columns);
  moments.weigh(new Uint8Array(points).fill(1));
  const product = (i: number, j: number): number => moments.product(i, j);
  const swept = controls.map((_, i) => i + 1);
  const { redundant, xLeft } = partialFromProducts(product, 0, 0, swept);
  return { redundantControls: redundant.map((i) => controls[i - 1]!), corpusLeft: xLeft };
}
