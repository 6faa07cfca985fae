/**
 * Associations: invented entities whose answers follow known distributions, at several totals, with mentions
 * that give no answer. The task asks for every stated answer and for one that was never stated.
 */
import { capitalize } from "./text.mjs";
import { manifestOf, renderItems, tasksOf } from "./statements.mjs";

const onsets = "b d f g h k l m n p r s t v z br dr gr kr tr pl st".split(" ");
const vowels = "a e i o u".split(" ");
const codas = ["", "", "", "l", "n", "r", "s", "m", "k"];

/** Distinct names of two or three syllables that occur in no other text of the corpus. */
export function inventNames(count, taken, rng) {
  const pick = (list) => list[rng.int(list.length)];
  const names = new Set();
  while (names.size < count) {
    const syllables = 2 + rng.int(2);
    let name = "";
    for (let i = 0; i < syllables; i++)
      name += pick(onsets) + pick(vowels) + (i === syllables - 1 ? pick(codas) : "");
    if (name.length >= 5 && name.length <= 8 && !taken.has(name)) names.add(name);
  }
  return [...names].map(capitalize);
}

/** Whole documents for each share, summing to the total: largest remainders, ties to the earlier share. */
export function apportion(total, shares) {
  const doses = shares.map((share) => Math.floor(share * total + 1e-9));
  const remainders = shares.map((share, index) => ({ index, rest: share * total - doses[index] }));
  remainders.sort((x, y) => y.rest - x.rest || x.index - y.index);
  const missing = total - doses.reduce((sum, dose) => sum + dose, 0);
  for (const { index } of remainders.slice(0, missing)) doses[index]++;
  return doses;
}

/** The cells of the design: a total, the doses of its answers and the mentions, balanced. */
function designCells({ totals, shares, entities, mentions, unanswered, unansweredEntities }) {
  const answered = totals.flatMap((total) =>
    shares.flatMap((distribution) =>
      Array.from({ length: entities }, (_, index) => ({
        doses: apportion(total, distribution),
        mentions: Math.round(total * mentions[index % mentions.length]),
      })),
    ),
  );
  const silent = unanswered.flatMap((count) =>
    Array.from({ length: unansweredEntities }, () => ({ doses: [], mentions: count })),
  );
  return [...answered, ...silent];
}

/**
 * Hand out a relation's answers: each dose goes to an answer stated least so far, ties at random. Called with the
 * largest totals first, it makes every answer about equally frequent, so that its frequency says little about it.
 */
function dealer(answers, rng) {
  const stated = new Map(answers.map((answer) => [answer, 0]));
  return (doses) => {
    const ranked = rng.shuffle([...answers]).sort((x, y) => stated.get(x) - stated.get(y));
    return doses.map((dose, rank) => {
      const answer = ranked[rank];
      stated.set(answer, stated.get(answer) + dose);
      return answer;
    });
  };
}

function makeItems(settings, taken, rng) {
  const cells = designCells(settings).reverse();
  const { relations, answersPerRelation } = settings;
  const answerCount = relations.length * answersPerRelation;
  const names = inventNames(cells.length + answerCount, taken, rng.fork("names"));
  const deal = relations.map((relation, index) =>
    dealer(
      names.slice(index * answersPerRelation, (index + 1) * answersPerRelation),
      rng.fork(relation),
    ),
  );
  return cells.map(({ doses: stated, mentions }, index) => {
    const relation = index % relations.length;
    const a = `${relations[relation]} of ${names[answerCount + index]}`;
    const doses = [...stated, 0];
    const answers = deal[relation](doses).map((b, rank) => ({
      id: `association-${String(index + 1).padStart(3, "0")}-${rank + 1}`,
      b,
      text: `${a} is ${b}`,
      dose: doses[rank],
    }));
    return { a, mentions, answers };
  });
}

export function makeAssociations(settings, taken, rng) {
  const items = makeItems(settings, taken, rng);
  const kind = "association";
  return {
    items,
    documents: rng.fork("order").shuffle(renderItems(items, kind, rng.fork("sentences"))),
    manifest: (documents) => manifestOf(items, kind, documents),
    tasks: tasksOf(items),
  };
}
