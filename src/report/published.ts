/**
 * What Wang et al. (ICLR 2025, arXiv 2407.14985) published that ours can stand beside. Most of their
 * figures exist as images only; the tables here are outputs of notebooks in the public history of their
 * repository, and that the figures were drawn from them is likely, not certain. None has an interval or
 * a null.
 */

/** Pythia models by parameters, smallest first: the order of each row of values. */
export const pythiaSizes = [
  "14M",
  "31M",
  "70M",
  "160M",
  "410M",
  "1.4B",
  "2.8B",
  "6.9B",
  "12B",
] as const;

/** A published panel of Fig. 3. */
export interface PublishedPanel {
  readonly task: string;
  readonly metric: string;
  readonly count: string;
  /** What one must know before setting it beside another figure. */
  readonly remark: string;
  readonly bins: readonly {
    readonly name: string;
    /** Rows averaged; undefined where it was not published. */
    readonly rows: number | undefined;
    /** By model, as `pythiaSizes`. */
    readonly values: readonly number[];
  }[];
}

export const publishedPanels: readonly PublishedPanel[] = [
  {
    task: "TriviaQA, 0-shot, n = 5",
    metric: "exact match",
    count: "pair count",
    remark:
      "92,106 rows of question × pair, 97.6 % of them in the first bin; a question counts once a pair. The counts are likely the smaller of the two single counts, not co-occurrences.",
    bins: [
      {
        name: "0–2k",
        rows: 89_865,
        values: [0.007, 0.002, 0.002, 0.012, 0.068, 0.145, 0.225, 0.302, 0.355],
      },
      {
        name: "2–4k",
        rows: 813,
        values: [0.007, 0.001, 0, 0.012, 0.089, 0.182, 0.295, 0.342, 0.406],
      },
      { name: "4–6k", rows: 349, values: [0, 0.003, 0, 0.017, 0.08, 0.201, 0.332, 0.404, 0.481] },
      { name: "6–8k", rows: 196, values: [0.005, 0, 0, 0.01, 0.082, 0.168, 0.321, 0.434, 0.48] },
      { name: "8–10k", rows: 144, values: [0, 0, 0, 0.014, 0.083, 0.236, 0.354, 0.458, 0.507] },
      { name: "≥10k", rows: 739, values: [0.008, 0, 0, 0.011, 0.088, 0.235, 0.365, 0.437, 0.501] },
    ],
  },
  {
    task: "WMT-09, 0-shot into English, n = 2",
    metric: "BLEU",
    count: "sum of the language’s pair counts",
    remark:
      "One point a language, from left to right hu, cs, de, it, es, fr; languages differ in more than their counts. About 2,500 sentences each.",
    bins: [
      {
        name: "7k",
        rows: undefined,
        values: [0.16, 0.1, 0.23, 0.51, 1.16, 3.83, 7.42, 8.77, 11.86],
      },
      {
        name: "12k",
        rows: undefined,
        values: [0.14, 0.04, 0.32, 0.22, 1.71, 10.07, 14.74, 17.2, 19.81],
      },
      {
        name: "20k",
        rows: undefined,
        values: [0.14, 0.1, 0.43, 0.56, 6.48, 17.95, 20.99, 21.07, 23.01],
      },
      {
        name: "33k",
        rows: undefined,
        values: [0.11, 0.12, 0.79, 0.99, 11.64, 24.74, 27.7, 27.21, 30.04],
      },
      {
        name: "48k",
        rows: undefined,
        values: [0.09, 0.12, 0.76, 1.14, 13.87, 24.02, 26.46, 26.41, 27.95],
      },
      {
        name: "50k",
        rows: undefined,
        values: [0.11, 0.13, 0.58, 0.87, 13.15, 23.27, 25.66, 26.36, 27.69],
      },
    ],
  },
];

/** What the text of the paper says of a figure whose numbers are not published. */
export interface PublishedStatement {
  readonly figure: string;
  readonly shows: string;
  readonly says: string;
}

export const publishedStatements: readonly PublishedStatement[] = [
  {
    figure: "Fig. 3",
    shows: "performance by n-gram pair count, a line a Pythia size",
    says: "WMT and TriviaQA near 0 below 410M at any count; above it performance rises with the count, the more steeply the larger the model.",
  },
  {
    figure: "Fig. 4",
    shows: "Spearman ρ of Mem_n and Mem_∞ by model size, zeros dropped",
    says: "TriviaQA: Mem_3 above 0.35, Mem_5 and Mem_∞ below 0.25. MMLU, knowledge: Mem_3 above 0.25, falling with size. WMT and GSM8K: nothing significant.",
  },
  {
    figure: "Fig. 6",
    shows: "Mem on TriviaQA under three thresholds γ",
    says: "Trend unchanged at γ = 0.70, 0.75 and 0.80; E5’s cosines hardly fall below 0.7, so little is filtered there.",
  },
  {
    figure: "Fig. 7",
    shows: "GSM8K accuracy by pair count in Dolma, OLMo models",
    says: "No number is in the text.",
  },
  {
    figure: "Fig. 12",
    shows: "aligned pairs that models reproduce, by n-gram frequency, and examples of pairs",
    says: "Larger models reproduce more of them as frequency rises; no number is in the text.",
  },
];
