/** Items of a world in miniature, and the truth of models that learn what is planted and nothing else. */
import type { ManifestItem } from "#rote/lab/truth/manifest-items.js";
import type { RecallRow } from "#rote/lab/truth/measure-recall.js";
import { noise, rowsOf } from "./synthetic-world.ts";

const kinds = [
  { kind: "fact/capital", construction: "memory" },
  { kind: "canary", construction: "memory" },
  { kind: "rule", construction: "rule" },
  { kind: "rule-twin", construction: "memory" },
];
const choices = Array.from({ length: 10 }, (_, index) => ` ${index}`);

/** 20 items of each kind and dose, and 12 names a total with two answers and one that is never given. */
export function planted(): ManifestItem[] {
  const single = kinds.flatMap(({ kind, construction }) =>
    [0, 1, 4, 16, 64, 256].flatMap((dose) =>
      Array.from({ length: 20 }, (_, index) => ({
        ...{ item: `${kind}-${dose}-${index}`, kind, construction, dose, total: dose },
        ...{ group: `${kind}-${dose}-${index}`, timed: index % 2 === 0, text: "t" },
        ...{ context: "c", target: " 0", choices, a: "a", b: "b" },
        probability: dose === 0 ? null : 1,
        positions: Array.from({ length: dose }, (_none, i) => (i + index / 20) / Math.max(1, dose)),
      })),
    ),
  );
  const shares = [0.75, 0.25, 0];
  const names = [16, 64, 256, 1024].flatMap((total) =>
    Array.from({ length: 12 }, (_, index) => `association-${total}-${index}`).flatMap((group) =>
      shares.map((share, rank) => ({
        ...{ item: `${group}-${rank}`, kind: "association", construction: "memory", group, total },
        ...{ dose: share * total, probability: share, timed: false, text: "t" },
        ...{ context: "c", target: " 0", choices, a: "a", b: "b" },
      })),
    ),
  );
  return [...single, ...names];
}

interface Model {
  readonly arm: string;
  readonly model: string;
  /** How much one statement weighs: larger models need fewer. */
  readonly skill: number;
  /** Share of the statements that were read, or that count. */
  readonly share: number;
}

const sizes = { "0.36M": 0.3, "1.3M": 0.6, "4.2M": 2 };

/** Every arm of a full world. */
export function idealModels(): Model[] {
  const bySize = Object.entries(sizes);
  return [
    ...bySize.map(([model, skill]) => ({ arm: "perturbed", model, skill, share: 1 })),
    ...bySize.map(([model, skill]) => ({ arm: "standard", model, skill, share: 0 })),
    ...[3, 10, 30].map((level) => {
      return { arm: `injection-${level}`, model: "0.36M", skill: 0.3, share: level / 100 };
    }),
    { arm: "diluted", model: "0.36M", skill: 0.3, share: 0.3 },
    { arm: "early", model: "0.36M", skill: 0.3, share: 0.3 },
    { arm: "late", model: "0.36M", skill: 0.3, share: 3 },
  ];
}

/** Rows of all metrics: recall rises with the logarithm of what was read; a rule is followed by all who saw it. */
export function idealRows(
  items: readonly ManifestItem[],
  models: readonly Model[] = idealModels(),
): RecallRow[] {
  const random = noise("ideal");
  return models.flatMap(({ arm, model, skill, share }) => {
    const strength = ({ dose, total, kind, probability }: ManifestItem): number =>
      kind === "association"
        ? ((probability ?? 0) * 6 * share * skill * total!) / (share * skill * total! + 200)
        : Math.log2(1 + share * skill * dose);
    const follows = ({ kind }: ManifestItem): boolean => kind === "rule" && share > 0;
    const right = (item: ManifestItem): number => {
      const guess = Number(item.item.split("-").at(-1)) % 10 === 0;
      return Number(guess || follows(item) || strength(item) > 3);
    };
    const value = (item: ManifestItem): number => -6 + strength(item) + 0.3 * random();
    // A test of membership reads the whole text, of which the answer is a part.
    const text = (item: ManifestItem): number => -5 + strength(item) + random();
    return [
      ...rowsOf(items, { arm, model }, value),
      ...rowsOf(items, { arm, model, metric: "textLogLikelihood" }, text),
      ...rowsOf(items, { arm, model, metric: "minK20" }, text),
      ...rowsOf(items, { arm, model, metric: "choice" }, right),
      ...rowsOf(items, { arm, model, metric: "exact" }, (item) => Number(strength(item) > 3)),
    ];
  });
}
