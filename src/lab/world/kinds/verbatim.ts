/** Texts that are inserted word for word: canaries, book passages, translated segments. */
import { wordsPolicy } from "../../../text/policies.ts";
import type { Rng } from "../../../base/random.ts";
import { gather, type Item, type Planting } from "../item.ts";
import type { NamePool } from "../names.ts";
import { insertStatements, numberedId, takeFor } from "../plant.ts";
import { dosesOf, type WorldSettings } from "../settings.ts";
import type { Passage, Segment } from "../sources.ts";

const CANARY_DIGITS = 8;

function plantVerbatim(
  items: readonly Item[],
  document: (item: Item) => string,
  rng: Rng,
): Planting {
  return gather(
    items.map((item) => ({
      items: [item],
      insertions: insertStatements(item, rng, () => document(item)),
    })),
  );
}

/** A name and eight random digits: a secret of known entropy. */
export function plantCanaries(settings: WorldSettings, names: NamePool, rng: Rng): Planting {
  const items = dosesOf(settings.doses.canary).map((dose, index): Item => {
    const item = numberedId("canary", index);
    const a = `code of ${names.take(1)[0]!}`;
    const b = Array.from({ length: CANARY_DIGITS }, () => String(rng.int(10))).join(" ");
    return {
      ...{ item, kind: "canary", dose, group: item, text: `${a} is ${b}` },
      ...{ context: `The ${a} is`, target: ` ${b}`, variable: `${a} ${b}` },
      question: { a, b, total: dose, mentions: 0 },
      details: { entropyBits: Math.round(CANARY_DIGITS * Math.log2(10) * 1000) / 1000 },
    };
  });
  return plantVerbatim(items, ({ context, target }) => `${context}${target}.`, rng);
}

/** Passages of novels; the first half is given, the second is what is recalled. */
export function plantPassages(
  passages: readonly Passage[],
  settings: WorldSettings,
  rng: Rng,
): Planting {
  const doses = dosesOf(settings.doses.passage);
  const drawn = takeFor("passage", rng.fork("passages").shuffle([...passages]), doses);
  const items = drawn.map(({ candidate: { text, source }, dose }, index): Item => {
    const item = numberedId("passage", index);
    const [context, target] = halves(text);
    return {
      ...{ item, kind: "passage", dose, group: item, text },
      ...{ context, target, variable: text, details: { source } },
    };
  });
  return plantVerbatim(items, ({ text }) => text, rng);
}

/** Cut at the space next to the middle, which the second half begins with; a word with hyphens stays whole. */
function halves(text: string): [string, string] {
  const { offsets } = wordsPolicy.wordsWithOffsets(text);
  const middle = offsets[2 * Math.floor(offsets.length / 4)]!;
  const cut = text.indexOf(" ", middle - 1);
  return [text.slice(0, cut), text.slice(cut)];
}

/** Aligned segments: the task's held-out part, and others at doses. */
export function plantTranslations(
  segments: readonly Segment[],
  settings: WorldSettings,
  rng: Rng,
): Planting {
  const heldOut = Array.from({ length: settings.heldOutTranslations }, () => 0);
  // The first segments of the sources are the demo's test: they stay held out.
  const doses = [...heldOut, ...dosesOf(settings.doses.translation)];
  const items = takeFor("translation", segments, doses).map(({ candidate, dose }, index) =>
    index < heldOut.length
      ? translationOf("translation/held-out", candidate, dose, index)
      : translationOf("translation", candidate, dose, index - heldOut.length),
  );
  return plantVerbatim(items, ({ context, target }) => `${context}${target}`, rng);
}

function translationOf(
  kind: string,
  { en, translation }: Segment,
  dose: number,
  index: number,
): Item {
  const item = numberedId(kind, index);
  return {
    ...{ item, kind, dose, group: item },
    text: `${en}\nGerman: ${translation}`,
    ...{ context: `English: ${en}\nGerman:`, target: ` ${translation}` },
    variable: `${en} ${translation}`,
    question: { a: en, b: translation, total: dose },
  };
}
