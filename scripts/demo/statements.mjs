/**
 * Dosed items as documents. An item asks `a` ("capital of Peru") and has answers, each with the number of
 * documents that state it; further documents mention `a` alone. One document holds one sentence, so that two
 * items never meet in a document.
 */
import { fillers, mentionFrames, statementFrames } from "./world.mjs";
import { capitalize } from "./text.mjs";

const slots = /\{(\w+)\}/g;

function fillFrame(frame, known, rng) {
  return frame.replace(slots, (_, slot) => {
    if (slot in known) return known[slot];
    if (slot === "number") return String(2 + rng.int(300));
    if (slot === "year") return String(1850 + rng.int(150));
    const words = fillers[slot];
    return words[rng.int(words.length)];
  });
}

export function renderStatement(fact, rng, frames = statementFrames) {
  const known = { fact, Fact: capitalize(fact) };
  return capitalize(fillFrame(frames[rng.int(frames.length)], known, rng));
}

export function renderMention(a, rng, frames = mentionFrames) {
  const known = { a, Fact: capitalize(a) };
  return capitalize(fillFrame(frames[rng.int(frames.length)], known, rng));
}

/**
 * Documents of items `{a, mentions, answers: [{id, text, dose}], article}`: `text` is the clause every
 * statement of that answer contains. Rows carry `item`, which the corpus file drops.
 */
export function renderItems(items, kind, rng, frames = {}) {
  return items.flatMap(({ a, mentions, answers, article = "the " }) => [
    ...answers.flatMap(({ id, text, dose }) =>
      Array.from({ length: dose }, () => ({
        text: renderStatement(`${article}${text}`, rng, frames.statements),
        kind,
        item: id,
      })),
    ),
    ...Array.from({ length: mentions }, () => ({
      text: renderMention(a, rng, frames.mentions),
      kind,
    })),
  ]);
}

/** Pairs of a dose and a number of mentions, balanced and shuffled, one for each of `count` items. */
export function assignDoses(count, doses, mentions, rng) {
  const grid = Array.from({ length: count }, (_, index) => ({
    dose: doses[index % doses.length],
    mentions: mentions[Math.floor(index / doses.length) % mentions.length],
  }));
  return rng.shuffle(grid);
}

/** One row per answer: what stands in the corpus, how often, and where. */
export function manifestOf(items, kind, documents) {
  const places = new Map(items.flatMap(({ answers }) => answers.map(({ id }) => [id, []])));
  for (const { id, item } of documents) if (item !== undefined) places.get(item).push(id);
  return items.flatMap(({ a, mentions, answers }) => {
    const total = answers.reduce((sum, { dose }) => sum + dose, 0);
    return answers.map(({ id, text, dose, b }) => ({
      item: id,
      kind,
      text,
      dose,
      a,
      b,
      total,
      mentions,
      share: total === 0 ? 0 : dose / total,
      probability: total + mentions === 0 ? null : dose / (total + mentions),
      documents: places.get(id),
    }));
  });
}

/** Task rows: the table of pairs is mined from a question in other words, so a pair stands in both splits. */
export function tasksOf(items, { article = "the ", choices } = {}) {
  return items.flatMap(({ a, answers }) =>
    answers.flatMap(({ id, b }) => {
      const more = choices === undefined ? {} : { choices: choices(b) };
      return [
        { id, input: a, output: b, ...more, split: "test" },
        { id: `${id}-train`, input: `What is ${article}${a}?`, output: b, ...more, split: "train" },
      ];
    }),
  );
}
