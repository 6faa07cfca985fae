/**
 * A world: base text as it is, and documents planted between its documents, whose repetitions are known.
 * Sources and settings decide every byte of it; nothing here knows a model.
 *
 * Only what is planted is held in memory (some 60 bytes a document and its text); the base stays in files.
 */
import type { LongWork } from "../../base/progress.ts";
import { createRng, type Rng } from "../../base/random.ts";
import { absentCandidates, type Candidates } from "./candidates.ts";
import { gather, type Insertion, type Item, type Planting } from "./item.ts";
import { kinds } from "./kind-table.ts";
import { plantArithmetic } from "./kinds/arithmetic.ts";
import { plantAssociations } from "./kinds/associations.ts";
import { plantDated } from "./kinds/dated.ts";
import { plantCapitals, plantSymbols } from "./kinds/facts.ts";
import { plantParaphrases } from "./kinds/paraphrases.ts";
import { plantPersonas } from "./kinds/personas.ts";
import { plantRules } from "./kinds/rules.ts";
import { plantTwoHop } from "./kinds/two-hop.ts";
import { plantCanaries, plantPassages, plantTranslations } from "./kinds/verbatim.ts";
import { inventNames } from "./names.ts";
import { round } from "./plant.ts";
import type { WorldSettings } from "./settings.ts";
import type { WorldSources } from "./sources.ts";

/** A planted document with its name and its place. */
export interface PlantedDocument extends Insertion {
  readonly id: string;
  /** In [0, 1): where it stands in training. */
  readonly place: number;
}

export interface World {
  readonly settings: WorldSettings;
  readonly sources: WorldSources;
  readonly items: readonly Item[];
  /** By part, each part in random order. */
  readonly documents: readonly PlantedDocument[];
  /** Groups whose documents the timing arms move: half of those of each kind and dose. */
  readonly timed: ReadonlySet<string>;
}

const NAMES = 2000;

/** Lay out a world: one scan of the base text, then seeded choices. */
export async function planWorld(
  sources: WorldSources,
  settings: WorldSettings,
  work: LongWork = {},
): Promise<World> {
  const rng = createRng(`world ${settings.seed}`);
  const names = inventNames(NAMES, rng.fork("names"));
  const candidates = await absentCandidates(sources, names, work);
  const { items, insertions } = plantAll(candidates, settings, rng);
  return {
    ...{ settings, sources, items },
    documents: placeDocuments(insertions, rng),
    timed: timedGroups(items, rng.fork("timed")),
  };
}

function plantAll(
  { names, countries, elements, passages, translations }: Candidates,
  settings: WorldSettings,
  rng: Rng,
): Planting {
  return gather([
    plantCapitals(countries, settings, rng.fork("capitals")),
    plantSymbols(elements, settings, rng.fork("symbols")),
    plantAssociations(settings, names, rng.fork("associations")),
    plantTwoHop(settings, names, rng.fork("two-hop")),
    plantDated(settings, names, rng.fork("dated")),
    plantPersonas(settings, names, rng.fork("personas")),
    plantCanaries(settings, names, rng.fork("canaries")),
    plantPassages(passages, settings, rng.fork("passages")),
    plantParaphrases(settings, names, rng.fork("paraphrases")),
    plantTranslations(translations, settings, rng.fork("translations")),
    plantArithmetic(settings, rng.fork("arithmetic")),
    plantRules(settings, names, rng.fork("rules")),
  ]);
}

/** Names and places in a random order of each part. */
function placeDocuments(insertions: readonly Insertion[], rng: Rng): PlantedDocument[] {
  const parts = groupByPart(insertions);
  return [...parts].flatMap(([part, documents]) => {
    const random = rng.fork(`places of ${part}`);
    return random.shuffle(documents).map((document, index) => ({
      ...document,
      id: `${part}-${String(index + 1).padStart(6, "0")}`,
      place: round(random.next()),
    }));
  });
}

/** Every other group of those of one kind and dose, in random order. */
function timedGroups(items: readonly Item[], rng: Rng): Set<string> {
  const doses = new Map<string, { readonly kind: string; dose: number }>();
  for (const { group, kind, dose, question } of items) {
    const total = question?.total ?? dose;
    const known = doses.get(group);
    if (kinds[kind]!.timed && (known === undefined || known.dose < total))
      doses.set(group, { kind, dose: total });
  }
  const strata = new Map<string, string[]>();
  for (const [group, { kind, dose }] of doses) {
    const key = `${kind} ${dose}`;
    strata.set(key, [...(strata.get(key) ?? []), group]);
  }
  return new Set(
    [...strata.values()].flatMap((groups) => rng.shuffle(groups).filter((_, i) => i % 2 === 0)),
  );
}

function groupByPart(insertions: readonly Insertion[]): Map<string, Insertion[]> {
  const parts = new Map<string, Insertion[]>();
  for (const insertion of insertions) {
    const documents = parts.get(insertion.part);
    if (documents === undefined) parts.set(insertion.part, [insertion]);
    else documents.push(insertion);
  }
  return parts;
}
