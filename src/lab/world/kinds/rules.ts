/**
 * The two poles. In the rule task an input is a first and a second name; the first decides the first
 * word of the answer, the second the second, so held-out inputs can be answered by the rule. Its twin
 * looks the same, but its answers are drawn at random: held-out inputs have no right answer to know.
 */
import type { Rng } from "../../../base/random.ts";
import { gather, type Item, type Planting } from "../item.ts";
import type { NamePool } from "../names.ts";
import { choicesWith, insertClause, numberedId, takeFor } from "../plant.ts";
import { dosesOf, type WorldSettings } from "../settings.ts";

/** The rule task ("badge") and its memorize-only twin ("crest"), with words of their own. */
export function plantRules(settings: WorldSettings, names: NamePool, rng: Rng): Planting {
  const byRule = plantPoles("rule", "badge", settings, names, rng.fork("rule"));
  return gather([byRule, plantPoles("rule-twin", "crest", settings, names, rng.fork("twin"))]);
}

function plantPoles(
  kind: "rule" | "rule-twin",
  noun: string,
  settings: WorldSettings,
  names: NamePool,
  rng: Rng,
): Planting {
  const { parts, choices } = settings.rules;
  const [first, second] = [names.take(parts), names.take(parts)];
  const [firstWords, secondWords] = [names.take(parts), names.take(parts)];
  const answers = firstWords.flatMap((word) => secondWords.map((other) => `${word} ${other}`));
  const inputs = first.flatMap((_, i) => second.map((_, j) => ({ i, j })));
  const drawn = rng.fork("inputs").shuffle(inputs);
  const random = rng.fork("answers");
  const items = takeFor(kind, drawn, dosesOf(settings.doses[kind])).map(
    ({ candidate: { i, j }, dose }, index): Item => {
      const ruled = i * parts + j;
      const b = answers[kind === "rule" ? ruled : random.int(answers.length)]!;
      const a = `${noun} of ${first[i]!} ${second[j]!}`;
      const item = numberedId(kind, index);
      const others = random.shuffle([...answers]);
      return {
        ...{ item, kind, dose, group: item, text: `${a} is ${b}` },
        ...{ context: `The ${a} is`, target: ` ${b}`, variable: `${a} ${b}` },
        choices: choicesWith(b, others, choices, random).map((each) => ` ${each}`),
        question: { a, b, total: dose, mentions: 0 },
      };
    },
  );
  const sentences = rng.fork("sentences");
  return {
    items,
    insertions: items.flatMap((item) => insertClause(item, `the ${item.text}`, sentences)),
  };
}
