/**
 * What the built-in world is made from, as data: how much text of which language, how long its documents are,
 * what is held out. What is planted in it is data of the lab (src/lab/world/settings.ts).
 */
export const seed = "rote-demo-1";

/** Documents of whole paragraphs; lengths in characters. */
export const prose = {
  shortest: 500,
  longest: 2000,
  /** Characters by language, as ELTeC names it. */
  base: {
    eng: 900_000,
    deu: 650_000,
    fra: 550_000,
    spa: 500_000,
    ita: 450_000,
    cze: 450_000,
    hun: 450_000,
  },
  /** The same with prose-more. */
  more: {
    eng: 1_800_000,
    deu: 1_150_000,
    fra: 1_000_000,
    spa: 900_000,
    ita: 800_000,
    cze: 800_000,
    hun: 800_000,
  },
  /** The same with the diluted arm's: about four times the base text. */
  dilution: {
    eng: 31_000_000,
    deu: 2_700_000,
    fra: 2_700_000,
    spa: 2_700_000,
    ita: 2_700_000,
    cze: 2_500_000,
    hun: 2_500_000,
  },
};

export const documentation = {
  /** Share of the source's files whose segments stand beside this language. */
  targets: { de: 0.6, fr: 0.2, es: 0.2 },
  languageNames: { en: "English", de: "German", fr: "French", es: "Spanish" },
  /** Share of documents that show one language only. */
  monolingual: 0.08,
  heldOutFiles: 0.1,
  longestSegment: 500,
  longestDocument: 700,
  task: { target: "de", longestWords: 12, test: 300, train: 1500 },
  /** What the embedder is fitted on. */
  segments: { languages: ["en", "de", "fr", "es", "it", "cs", "hu"], longestWords: 12 },
};

/** Words of a paragraph; novels that give no base text, and passages of each. */
export const passages = { shortest: 36, longest: 46, novels: 25, each: 8 };

export const embedder = {
  name: "demo-segments",
  dimension: 128,
  maximumWords: 8000,
  maximumNgrams: 4000,
  seed: 1,
};
