/** True facts at known doses: the capitals of countries and the symbols of elements. */
import { capitalize } from "./text.mjs";
import { assignDoses, manifestOf, renderItems, tasksOf } from "./statements.mjs";

/** Items `{a, mentions, answers}` with one answer each. */
function makeItems(rows, prefix, { relation, subject, answer }, { doses, mentions }, rng) {
  const grid = assignDoses(rows.length, doses, mentions, rng);
  return rows.map((row, index) => {
    const a = `${relation} of ${subject(row)}`;
    const b = answer(row);
    const id = `${prefix}-${String(index + 1).padStart(3, "0")}`;
    const { dose, mentions } = grid[index];
    return { a, mentions, answers: [{ id, b, text: `${a} is ${b}`, dose }] };
  });
}

/** Other facts about the same things, which answer no question of the task. */
const countryDistractors = ({ name, subregion, currency, borders }) => [
  ...(subregion ? [`${name} belongs to ${subregion}.`] : []),
  ...(currency ? [`People in ${name} pay with the ${currency}.`] : []),
  borders === 0 ? `${name} has no land border.` : `${name} has ${borders} neighbors on land.`,
];

const elementDistractors = ({ name, category, period, phase }) => [
  `${capitalize(name)} belongs to the group called ${category}.`,
  `${capitalize(name)} stands in period ${period}.`,
  `At room temperature ${name} is a ${phase}.`,
];

function makeFacts({ rows, prefix, shape, distractorsOf, choices }, settings, rng) {
  const items = makeItems(rows, prefix, shape, settings, rng.fork("doses"));
  const kind = `fact/${shape.relation}`;
  const pick = rng.fork("distractors");
  const distractors = rows.flatMap((row) =>
    pick
      .shuffle(distractorsOf(row))
      .slice(0, settings.distractors)
      .map((text) => ({ text, kind: "fact/distractor" })),
  );
  const statements = renderItems(items, kind, rng.fork("sentences"));
  return {
    items,
    documents: rng.fork("order").shuffle([...statements, ...distractors]),
    manifest: (documents) => manifestOf(items, kind, documents),
    tasks: tasksOf(items, choices && { choices }),
  };
}

export function makeCountries(rows, settings, rng) {
  const shape = {
    relation: "capital",
    subject: ({ name }) => name,
    answer: ({ capital }) => capital,
  };
  return makeFacts(
    { rows, prefix: "capital", shape, distractorsOf: countryDistractors },
    settings,
    rng,
  );
}

/** Multiple choice: the wrong symbols begin with the right one's letter where there are enough. */
export function makeElements(rows, settings, rng) {
  const shape = { relation: "symbol", subject: ({ name }) => name, answer: ({ symbol }) => symbol };
  const random = rng.fork("choices");
  const drawn = new Map();
  const choices = (right) => {
    if (!drawn.has(right)) {
      const others = random.shuffle(rows.map(({ symbol }) => symbol).filter((s) => s !== right));
      const near = others.filter((symbol) => symbol[0] === right[0]);
      const far = others.filter((symbol) => symbol[0] !== right[0]);
      const wrong = [...near, ...far].slice(0, settings.choices - 1);
      drawn.set(right, random.shuffle([right, ...wrong]));
    }
    return drawn.get(right);
  };
  return makeFacts(
    { rows, prefix: "symbol", shape, distractorsOf: elementDistractors, choices },
    settings,
    rng,
  );
}
