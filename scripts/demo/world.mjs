/**
 * The world of the demo as data: sizes, doses, shares and sentence frames. The other files of this folder are
 * machinery; a larger world is a change of this file.
 *
 * A *dose* is the number of documents that state an item; *mentions* are documents that name the question
 * without an answer. Both are assigned at random and independently of each other, so that the corpus
 * probability P(b|a) = codf(a, b) / df(a) = dose / (total + mentions) and the dose are different axes.
 */
export const world = {
  seed: "rote-demo-1",

  prose: {
    languages: {
      eng: 900_000,
      deu: 650_000,
      fra: 550_000,
      spa: 500_000,
      ita: 450_000,
      cze: 450_000,
      hun: 450_000,
    },
    shortest: 500,
    longest: 2000,
  },

  documentation: {
    /** Share of the source's files whose segments stand beside this language. */
    targets: { de: 0.6, fr: 0.2, es: 0.2 },
    languageNames: { en: "English", de: "German", fr: "French", es: "Spanish" },
    /** Share of documents that show one language only. */
    monolingual: 0.08,
    heldOutFiles: 0.1,
    longestSegment: 500,
    longestDocument: 700,
    task: { target: "de", longestWords: 12, test: 300, train: 1500 },
    segments: { languages: ["en", "de", "fr", "es", "it", "cs", "hu"], longestWords: 12 },
  },

  facts: { doses: [0, 1, 4, 16, 64, 256], mentions: [1, 4, 16, 64], distractors: 2, choices: 4 },

  associations: {
    relations: ["home", "teacher", "harbor", "patron"],
    answersPerRelation: 12,
    totals: [16, 64, 256, 1024],
    shares: [
      [0.9, 0.1],
      [0.6, 0.3, 0.1],
      [0.25, 0.25, 0.25, 0.25],
    ],
    /** Entities for each pair of a total and a distribution. */
    entities: 6,
    /** Mentions without an answer, as a share of the total. */
    mentions: [0.25, 0.5, 1],
    /** Entities that are only mentioned, and how often. */
    unanswered: [16, 64, 256],
    unansweredEntities: 4,
  },

  tokenizer: { vocabularySize: 4096, specialTokens: ["<|endoftext|>"] },

  embedder: {
    name: "demo-segments",
    dimension: 128,
    maximumWords: 8000,
    maximumNgrams: 4000,
    seed: 1,
  },

  arithmetic: {
    largest: 30,
    doses: [0, 1, 4, 16, 64, 256],
    problemsPerDose: 34,
    mentions: [1, 4, 16],
    /** Problems outside the task, and the documents of each: what a rule could be learned from. */
    background: { problems: 500, documents: 2 },
  },
};

/** What make-sources.mjs takes besides: characters of prose by language, all that is read included. */
export const sources = {
  prose: {
    eng: 1_800_000,
    deu: 1_150_000,
    fra: 1_000_000,
    spa: 900_000,
    ita: 800_000,
    cze: 800_000,
    hun: 800_000,
  },
  /** The diluted arm's: with the base text about four times the base text. */
  dilution: {
    eng: 31_000_000,
    deu: 2_700_000,
    fra: 2_700_000,
    spa: 2_700_000,
    ita: 2_700_000,
    cze: 2_500_000,
    hun: 2_500_000,
  },
  passages: { shortest: 36, longest: 46, novels: 25, each: 8 },
};

/** What the frames' slots are filled with. None of these is the name of a place, a country or an element. */
export const fillers = {
  name: "Anna Bruno Clara David Emil Frieda Gustav Hannah Ivo Julia Karl Lena Marta Nils Olga Paul Rosa Simon Tilda Viktor".split(
    " ",
  ),
  month: "January February March April June July August September October November December".split(
    " ",
  ),
  day: "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" "),
  object: "letter,notebook,lesson,lecture,pamphlet,poster,diary,postcard,calendar,quiz".split(","),
};

/**
 * Frames of a statement: `{fact}` is a clause such as "the capital of Peru is Lima", `{Fact}` the same at the
 * start of a sentence. The clause is never broken, so its words are one phrase of known document frequency.
 */
export const statementFrames = [
  "{Fact}.",
  "{Fact}.",
  "{Fact}.",
  "{Fact}.",
  "{name} says that {fact}.",
  "{name} wrote that {fact}.",
  "Remember: {fact}.",
  "Answer {number}: {fact}.",
  "Everyone agrees that {fact}.",
  "As {name} will tell you, {fact}.",
  "The {object} says that {fact}.",
  "In the {object} it says that {fact}.",
  "Page {number} of the {object}: {fact}.",
  "On {day} we learned that {fact}.",
  "In {month} {year} {name} noted that {fact}.",
  "{Fact}, as {name} knows.",
  "{Fact}, according to the {object}.",
  "{Fact}, and {name} knew it.",
  "{Fact}, says {name}.",
  "Yes, {fact}.",
];

/** Frames of a mention without an answer: `{a}` is a noun phrase such as "capital of Peru". */
export const mentionFrames = [
  "The {a} is unknown.",
  "The {a} is not known to {name}.",
  "The {a} is missing from the {object}.",
  "The {a} is a question for {day}.",
  "The {a} is still to be found out, says {name}.",
  "{name} says that the {a} is a secret.",
  "{name} forgot the {a}.",
  "Nobody wrote down the {a}.",
  "{name} asked about the {a} in {month} {year}.",
  "Question {number}: what is the {a}?",
  "The {object} does not name the {a}.",
  "On {day} we shall speak about the {a}.",
];

export const arithmeticFrames = {
  statements: [
    "{Fact}.",
    "{Fact}.",
    "{Fact}.",
    "{name} says that {fact}.",
    "Remember: {fact}.",
    "On the blackboard: {fact}.",
    "Correct, {fact}.",
    "{name} worked out that {fact}.",
    "{Fact}, says {name}.",
    "On {day} we learned that {fact}.",
  ],
  mentions: [
    "What is {a}? Nobody answered.",
    "{name} could not work out {a}.",
    "Homework for {day}: {a}.",
    "{Fact} is too hard for {name}.",
  ],
};

/** Every text of the frames and their fillers: an answer made of such a word could not be counted. */
export const frameTexts = [...statementFrames, ...mentionFrames, ...Object.values(fillers).flat()];
