import { type DoseBin, doseBins } from "../truth/dose-bins.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";

/** An item that a measure has a score for. */
export interface ScoredItem {
  readonly item: ManifestItem;
  readonly score: number;
}

/** Bins of the doses above 0. */
export function plantedBins(scored: readonly ScoredItem[]): DoseBin[] {
  return doseBins(scored.map(({ item }) => item.dose)).filter(({ dose }) => dose > 0);
}
