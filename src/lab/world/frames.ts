/**
 * Sentences around a clause. `{fact}` is a clause such as "the capital of Peru is Lima", `{Fact}` the
 * same at the start of a sentence; `{a}` is a question without its answer. A clause is never broken, so
 * its words are one phrase of known document frequency.
 */
import type { Rng } from "../../base/random.ts";
import { capitalize } from "./names.ts";

/** What slots are filled with; none of these is the name of a place, a country or an element. */
const fillers: Readonly<Record<string, readonly string[]>> = {
  name: "Anna Bruno Clara David Emil Frieda Gustav Hannah Ivo Julia Karl Lena Marta Nils Olga Paul Rosa Simon Tilda Viktor".split(
    " ",
  ),
  month: "January February March April June July August September October November December".split(
    " ",
  ),
  day: "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" "),
  object: "letter notebook lesson lecture pamphlet poster diary postcard calendar quiz".split(" "),
};

/** A clause alone is the most frequent statement. */
export const statementFrames: readonly string[] = [
  ...Array.from({ length: 4 }, () => "{Fact}."),
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

/** A question that stays without an answer. */
export const mentionFrames: readonly string[] = [
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

/** Without numbers, days or years, which would be those of the problem. */
export const arithmeticFrames: readonly string[] = [
  ...Array.from({ length: 4 }, () => "{Fact}."),
  "{name} says that {fact}.",
  "Remember: {fact}.",
  "On the blackboard: {fact}.",
  "Correct, {fact}.",
  "{name} worked out that {fact}.",
  "{Fact}, says {name}.",
  "On {day} we learned that {fact}.",
];

/** A document that states a clause. */
export function renderStatement(
  clause: string,
  rng: Rng,
  frames: readonly string[] = statementFrames,
): string {
  return render(frames, { fact: clause, Fact: capitalize(clause) }, rng);
}

/** A document that names a question and gives no answer. */
export function renderMention(a: string, rng: Rng): string {
  return render(mentionFrames, { a }, rng);
}

function render(
  frames: readonly string[],
  known: Readonly<Record<string, string>>,
  rng: Rng,
): string {
  const frame = frames[rng.int(frames.length)]!;
  const filled = frame.replace(/\{(\w+)\}/g, (_, slot: string) => known[slot] ?? fill(slot, rng));
  return capitalize(filled);
}

function fill(slot: string, rng: Rng): string {
  if (slot === "number") return String(2 + rng.int(300));
  if (slot === "year") return String(1850 + rng.int(100));
  const words = fillers[slot]!;
  return words[rng.int(words.length)]!;
}
