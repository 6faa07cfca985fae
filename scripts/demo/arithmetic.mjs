/** Sums and differences at known doses, with other problems beside them from which a rule could be learned. */
import { arithmeticFrames } from "./world.mjs";
import { assignDoses, manifestOf, renderItems, tasksOf } from "./statements.mjs";

/** Sums of two numbers from 2 to `largest`, and differences above 0 that are not themselves a number of the problem. */
function allProblems(largest) {
  const problems = [];
  for (let x = 2; x <= largest; x++)
    for (let y = 2; y <= largest; y++) {
      problems.push({ a: `${x} plus ${y}`, b: String(x + y) });
      if (x > y && x !== 2 * y) problems.push({ a: `${x} minus ${y}`, b: String(x - y) });
    }
  return problems;
}

const itemOf = ({ a, b }, id, dose, mentions) => ({
  a,
  mentions,
  article: "",
  answers: [{ id, b, text: `${a} is ${b}`, dose }],
});

export function makeArithmetic({ largest, doses, problemsPerDose, mentions, background }, rng) {
  const problems = rng.fork("problems").shuffle(allProblems(largest));
  const grid = assignDoses(doses.length * problemsPerDose, doses, mentions, rng.fork("doses"));
  const items = grid.map(({ dose, mentions }, index) =>
    itemOf(problems[index], `arithmetic-${String(index + 1).padStart(3, "0")}`, dose, mentions),
  );
  const others = problems
    .slice(items.length, items.length + background.problems)
    .map((problem) => itemOf(problem, undefined, background.documents, 0));
  const kind = "arithmetic";
  const documents = [
    ...renderItems(items, kind, rng.fork("sentences"), arithmeticFrames),
    ...renderItems(others, "arithmetic/background", rng.fork("background"), arithmeticFrames),
  ];
  return {
    items,
    documents: rng.fork("order").shuffle(documents),
    manifest: (documents) => manifestOf(items, kind, documents),
    tasks: tasksOf(items, { article: "" }),
  };
}
