/**
 * The world as data: how many items of each kind at which dose. A larger world, or another balance, is
 * a change of this file. `full` is planned for about 6 M tokens, at most a quarter of them inserted;
 * the sizes below it have fewer items and no dose above `largest`.
 */

/** Items by dose; a *dose* is the number of documents that state an item. */
export type DoseTable = Readonly<Record<number, number>>;

/** The whole, a tenth and a hundredth of it. */
export type WorldSize = "full" | "small" | "tiny";

/** What a world is made of; with the sources it decides every byte. */
export interface WorldSettings {
  readonly size: WorldSize;
  readonly seed: number;
  /** Share of each base file's documents, taken from its beginning. */
  readonly baseShare: number;
  readonly doses: Readonly<Record<DosedKind, DoseTable>>;
  readonly facts: {
    /** Other facts about each country and element, a document each. */
    readonly distractors: number;
    readonly choices: number;
  };
  readonly associations: {
    /** Entities at each total: the statements of all their answers. */
    readonly totals: DoseTable;
    /** P(answer | an answer is given); entities take turns. */
    readonly distributions: readonly (readonly number[])[];
    /** Mentions without an answer as a share of the total; entities take turns. */
    readonly mentions: readonly number[];
    /** Entities that are mentioned so often and never answered. */
    readonly silent: DoseTable;
    readonly relations: readonly string[];
    readonly answersPerRelation: number;
  };
  /** Segments that are asked and never planted; the base shares their phrases at varied counts. */
  readonly heldOutTranslations: number;
  readonly twoHop: {
    /** Statements of the first hop; people take turns. */
    readonly firstHop: readonly number[];
    readonly secondHop: number;
    readonly places: number;
  };
  readonly dated: {
    readonly series: number;
    readonly firstYear: number;
    readonly years: number;
    /** Nothing from this year on is in the corpus. */
    readonly cutoff: number;
  };
  readonly paraphrases: {
    readonly answersPerRelation: number;
    /** Names for each relation that both wordings state, so that a model can learn that they agree. */
    readonly bridges: number;
    readonly bridgeDose: number;
  };
  readonly arithmetic: {
    readonly largest: number;
    /** Problems outside the task, from which a rule could be learned, and the documents of each. */
    readonly background: { readonly problems: number; readonly documents: number };
  };
  readonly rules: {
    /** First and second names; an input is one of each. */
    readonly parts: number;
    readonly choices: number;
  };
  /** Subsets of the counterfactual models; each group is in half of them. */
  readonly subsets: number;
  /** Shares of every item's documents, in percent. */
  readonly injectionLevels: readonly number[];
}

/** Kinds whose items are laid out by a table of doses. */
export type DosedKind =
  | "fact/capital"
  | "fact/symbol"
  | "persona"
  | "canary"
  | "passage"
  | "paraphrase"
  | "translation"
  | "two-hop"
  | "dated"
  | "arithmetic"
  | "rule"
  | "rule-twin";

const fullDoses: WorldSettings["doses"] = {
  "fact/capital": { 0: 24, 1: 24, 4: 24, 16: 24, 64: 24, 256: 20, 1024: 4 },
  "fact/symbol": { 0: 20, 1: 20, 4: 20, 16: 20, 64: 20, 256: 12, 1024: 3 },
  persona: { 0: 20, 1: 20, 4: 20, 16: 20, 64: 20, 256: 2 },
  canary: { 0: 20, 1: 20, 4: 20, 16: 20, 64: 20, 256: 8 },
  passage: { 0: 24, 1: 24, 4: 24, 16: 24, 64: 20, 256: 2 },
  paraphrase: { 0: 20, 1: 20, 4: 20, 16: 20, 64: 20, 256: 8 },
  translation: { 0: 24, 1: 20, 4: 20, 16: 20, 64: 20, 256: 6 },
  "two-hop": { 0: 24, 1: 20, 4: 20, 16: 20, 64: 20, 256: 12 },
  dated: { 0: 16, 1: 20, 4: 20, 16: 20, 64: 20, 256: 6 },
  arithmetic: { 0: 40, 1: 24, 4: 24, 16: 24, 64: 24, 256: 12 },
  rule: { 0: 64, 1: 28, 4: 28, 16: 28, 64: 28 },
  "rule-twin": { 0: 64, 1: 28, 4: 28, 16: 28, 64: 28 },
};

const full: Omit<WorldSettings, "seed"> = {
  size: "full",
  baseShare: 1,
  doses: fullDoses,
  facts: { distractors: 2, choices: 16 },
  associations: {
    totals: { 16: 24, 64: 24, 256: 24, 1024: 7 },
    distributions: [
      [0.9, 0.1],
      [0.6, 0.3, 0.1],
      [0.25, 0.25, 0.25, 0.25],
    ],
    mentions: [0.5, 0.75, 1],
    silent: { 16: 4, 64: 4, 256: 4 },
    relations: ["home", "teacher", "harbor", "patron"],
    answersPerRelation: 16,
  },
  heldOutTranslations: 276,
  twoHop: { firstHop: [16, 64], secondHop: 128, places: 12 },
  dated: { series: 8, firstYear: 1985, years: 20, cutoff: 2000 },
  paraphrases: { answersPerRelation: 16, bridges: 16, bridgeDose: 12 },
  arithmetic: { largest: 30, background: { problems: 500, documents: 3 } },
  rules: { parts: 16, choices: 16 },
  subsets: 24,
  injectionLevels: [0, 3, 10, 30, 100],
};

interface Reduction extends Pick<WorldSettings, "subsets" | "injectionLevels"> {
  readonly base: number;
  /** Share of the items of a dose; at least one stays. */
  readonly items: number;
  readonly largest: number;
}

const reductions: Readonly<Record<Exclude<WorldSize, "full">, Reduction>> = {
  small: { base: 0.1, items: 0.08, largest: 256, subsets: 8, injectionLevels: [0, 10, 30, 100] },
  tiny: { base: 0.01, items: 0.05, largest: 16, subsets: 2, injectionLevels: [0, 30, 100] },
};

/** The settings of a world of one of the three sizes. */
export function worldSettings({
  size = "full",
  seed = 1,
}: { readonly size?: WorldSize; readonly seed?: number } = {}): WorldSettings {
  if (size === "full") return { ...full, seed };
  const reduction = reductions[size];
  const reduced = (table: DoseTable): DoseTable => reduceTable(table, reduction);
  const { associations, twoHop, dated, paraphrases, arithmetic, rules } = full;
  const share = (count: number): number => Math.max(1, Math.round(count * reduction.items));
  const doses = Object.entries(full.doses).map(([kind, table]) => [kind, reduced(table)]);
  return {
    ...full,
    ...{ size, seed, baseShare: reduction.base },
    ...{ subsets: reduction.subsets, injectionLevels: reduction.injectionLevels },
    doses: Object.fromEntries(doses) as WorldSettings["doses"],
    associations: {
      ...associations,
      totals: reduced(associations.totals),
      silent: reduced(associations.silent),
    },
    heldOutTranslations: share(full.heldOutTranslations),
    twoHop: { ...twoHop, firstHop: [16], secondHop: 16, places: Math.max(2, share(twoHop.places)) },
    dated: { ...dated, series: Math.max(2, share(dated.series)) },
    paraphrases: { ...paraphrases, bridges: share(paraphrases.bridges) },
    arithmetic: {
      ...arithmetic,
      background: { problems: share(arithmetic.background.problems), documents: 2 },
    },
    rules: { ...rules, parts: 8, choices: 8 },
  };
}

/** Every dose up to the largest keeps an item. */
function reduceTable(table: DoseTable, { items, largest }: Reduction): DoseTable {
  const kept = Object.entries(table).filter(([dose]) => Number(dose) <= largest);
  return Object.fromEntries(
    kept.map(([dose, count]) => [dose, Math.max(1, Math.round(count * items))]),
  );
}

/** Doses of a table, one for each item, ascending. */
export function dosesOf(table: DoseTable): number[] {
  return Object.entries(table).flatMap(([dose, count]) =>
    Array.from({ length: count }, () => Number(dose)),
  );
}
