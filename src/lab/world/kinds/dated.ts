/** Dated facts: yearly values of invented places, none from the cutoff on. */
import type { Rng } from "../../../base/random.ts";
import type { Item, Planting } from "../item.ts";
import type { NamePool } from "../names.ts";
import { insertClause, numberedId, takeFor } from "../plant.ts";
import { dosesOf, type WorldSettings } from "../settings.ts";

const kind = "dated";

interface Value {
  readonly place: string;
  readonly year: number;
  readonly value: number;
  readonly previous: number | null;
}

/** Harvests by year. A value before the cutoff may be at dose 0, too: the control of its own time. */
export function plantDated(settings: WorldSettings, names: NamePool, rng: Rng): Planting {
  const { series, cutoff } = settings.dated;
  const values = names
    .take(series)
    .flatMap((place) => valuesOf(place, settings.dated, rng.fork(place)));
  const before = rng.fork("years").shuffle(values.filter(({ year }) => year < cutoff));
  const doses = dosesOf(settings.doses.dated);
  const dosed = [
    ...takeFor(kind, before, doses).map(({ candidate, dose }) => ({ ...candidate, dose })),
    ...values.filter(({ year }) => year >= cutoff).map((value) => ({ ...value, dose: 0 })),
  ];
  const items = dosed.map((value, index) => itemOf(value, index, cutoff));
  const sentences = rng.fork("sentences");
  const insertions = items.flatMap((item) =>
    insertClause(item, `the ${item.text}`, sentences, { meta: { date: item.details.date } }),
  );
  return { items, insertions };
}

/** A random walk of three digits, so that last year's value is a fair guess and never the answer. */
function valuesOf(place: string, { firstYear, years }: WorldSettings["dated"], rng: Rng): Value[] {
  const values: Value[] = [];
  let [value, previous] = [200 + rng.int(600), null as number | null];
  for (let year = firstYear; year < firstYear + years; year++) {
    values.push({ place, year, value, previous });
    previous = value;
    const step = (1 + rng.int(60)) * (rng.int(2) === 0 ? 1 : -1);
    value += value + step < 100 || value + step > 999 ? -step : step;
  }
  return values;
}

function itemOf(
  { place, year, value, previous, dose }: Value & { readonly dose: number },
  index: number,
  cutoff: number,
): Item & { readonly details: { readonly date: string } } {
  const item = numberedId(kind, index);
  const a = `harvest of ${place} in ${year}`;
  return {
    ...{ item, kind, dose, group: item, text: `${a} is ${value}` },
    ...{ context: `The ${a} is`, target: ` ${value}`, variable: `${place} ${year} ${value}` },
    question: { a, b: String(value), total: dose, mentions: 0 },
    details: { date: String(year), value, previous, afterCutoff: year >= cutoff },
  };
}
