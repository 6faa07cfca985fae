/** Tasks in scripts that write no spaces, counted under a policy to which a whole run of letters is one word. */
import { amount } from "../base/amounts.ts";
import { groupBy } from "../base/group-by.ts";
import type { Study } from "./load-study.ts";
import type { ExampleRow } from "./tables.ts";

/** Two letters side by side of scripts whose words are not set apart. */
const unspaced =
  /(?:\p{scx=Han}|\p{scx=Hiragana}|\p{scx=Katakana}|\p{scx=Thai}|\p{scx=Lao}|\p{scx=Khmer}|\p{scx=Myanmar}){2,}/u;
/** Below this share of a task's examples they are names and quotations. */
const FEWEST = 0.1;

/** One sentence a task. */
export function unspacedWarnings(
  { corpus: { policy } }: Pick<Study, "corpus">,
  examples: readonly Pick<ExampleRow, "task" | "input" | "reference">[],
): readonly string[] {
  if (policy === "characters") return [];
  return [...groupBy(examples, ({ task }) => task)].flatMap(([task, own]) => {
    const found = own.flatMap(
      ({ input, reference }) => unspaced.exec(`${input} ${reference}`) ?? [],
    );
    const [first] = found;
    if (first === undefined || found.length < FEWEST * own.length) return [];
    return [
      `${task}: ${amount(found.length, "example")} of ${own.length} ${found.length === 1 ? "is" : "are"} in a script that writes no spaces between words (${first}), and to the policy ${policy} a run of its letters is one word, found only where it stands alone; corpus.policy: characters counts it letter by letter.`,
    ];
  });
}
