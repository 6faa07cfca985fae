/** Items with known doses and a truth made by formula, for calibrating measures without a model. */
import { createRng } from "#rote/base/random.js";
import type { CorpusReadings } from "#rote/lab/calibration/corpus-readings.js";
import type { ManifestItem } from "#rote/lab/truth/manifest-items.js";
import type { RecallRow } from "#rote/lab/truth/measure-recall.js";

const asked = { text: "", timed: false, context: "c", target: " t" };

/** 40 facts at each dose; P(b|a) is 1 wherever a fact is stated. */
export function facts(): ManifestItem[] {
  return [0, 1, 4, 16, 64].flatMap((dose) =>
    Array.from({ length: 40 }, (_, index) => {
      const item = `fact-${dose}-${index}`;
      const probability = dose === 0 ? null : 1;
      return { ...asked, item, kind: "fact", dose, group: item, total: dose, probability };
    }),
  );
}

/** 24 entities at each total; each has answers of shares that differ, and one that is never given. */
export function associations(): ManifestItem[] {
  const distributions = [
    [0.875, 0.125],
    [0.5, 0.25, 0.25],
    [0.25, 0.25, 0.25, 0.25],
  ];
  return [16, 64, 256].flatMap((total) =>
    Array.from({ length: 24 }, (_, index) => index).flatMap((index) => {
      const group = `association-${total}-${index}`;
      return [...distributions[index % 3]!, 0].map((share, rank) => ({
        ...{ ...asked, item: `${group}-${rank}`, kind: "association", group, total },
        ...{ dose: share * total, probability: share },
      }));
    }),
  );
}

/** Rows of a metric under an arm, by a function of the item. */
export function rowsOf(
  items: readonly ManifestItem[],
  {
    arm = "perturbed",
    model = "m",
    metric = "logLikelihood",
  }: Partial<Pick<RecallRow, "arm" | "model" | "metric">>,
  valueOf: (item: ManifestItem) => number,
): RecallRow[] {
  return items.map((item) => {
    const { kind, dose } = item;
    return { item: item.item, kind, dose, model, arm, metric, value: valueOf(item) };
  });
}

/** Normal noise, the same every time. */
export function noise(seed: string): () => number {
  const rng = createRng(seed);
  return () => rng.normal();
}

/** What a scan of the world would say. */
export function readings(items: readonly ManifestItem[]): CorpusReadings {
  const probabilities = new Map(items.map(({ item, probability }) => [item, probability ?? 0]));
  return {
    documentFrequency: new Map(items.map(({ item, dose }) => [item, dose])),
    taskGramProbability: new Map([["phrase", probabilities]]),
    exampleFrequency: new Map(items.map(({ item, dose }) => [item, dose])),
  };
}
