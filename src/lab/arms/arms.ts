/**
 * The corpora of a world. Each arm is the base text with some of the planted documents at some places,
 * a function of the world and the arm's name alone:
 *
 *   perturbed      all of them
 *   standard       none
 *   early, late    timed groups in the first or the last quarter, the others as in perturbed: with all of
 *                  them in one quarter that quarter would be planted text alone
 *   diluted        as perturbed, with further base text
 *   subset-1 …     each group is in exactly half of the subsets
 *   injection-P    P percent of the documents of every item; a level holds all of a lower one
 */
import { RoteError } from "../../base/errors.ts";
import { createRng } from "../../base/random.ts";
import { round } from "../world/plant.ts";
import type { WorldSettings } from "../world/settings.ts";
import type { PlantedDocument, World } from "../world/world.ts";

export type Arm =
  | { readonly kind: "perturbed" | "standard" | "early" | "late" | "diluted" }
  | { readonly kind: "subset"; readonly subset: number }
  | { readonly kind: "injection"; readonly percent: number };

/** Names of all arms of a world, `perturbed` first. */
export function armNames({ subsets, injectionLevels }: WorldSettings): string[] {
  return [
    ...["perturbed", "standard", "early", "late", "diluted"],
    ...Array.from({ length: subsets }, (_, index) => `subset-${index + 1}`),
    ...injectionLevels.map((percent) => `injection-${percent}`),
  ];
}

/** The arm of a name that `armNames` lists. */
export function parseArm(name: string, settings: WorldSettings): Arm {
  const names = armNames(settings);
  if (!names.includes(name))
    throw new RoteError("usage", `there is no arm "${name}"; the arms are ${names.join(", ")}`, {
      name,
    });
  const [kind, number] = name.split("-") as [string, string | undefined];
  if (kind === "subset") return { kind, subset: Number(number) };
  if (kind === "injection") return { kind, percent: Number(number) };
  return { kind } as Arm;
}

/** The files of the sources that an arm's base text has besides the world's own. */
export function dilutionFiles({ sources: { dilution } }: World, arm: Arm): readonly string[] {
  if (arm.kind !== "diluted") return [];
  if (dilution.length > 0) return dilution;
  throw new RoteError(
    "usage",
    "these sources hold no further base text for the diluted arm; make it with scripts/demo/make-sources.mjs --dilution and name its folder with --sources",
  );
}

/** The planted documents that an arm holds, with their places in it. */
export function arrange(world: World, arm: Arm): readonly PlantedDocument[] {
  const { documents, timed } = world;
  switch (arm.kind) {
    case "perturbed":
    case "diluted":
      return documents;
    case "standard":
      return [];
    case "early":
      return documents.map((document) => moved(document, timed, 0));
    case "late":
      return documents.map((document) => moved(document, timed, 0.75));
    case "subset": {
      const members = subsetGroups(world, arm.subset);
      return documents.filter(({ group }) => group === undefined || members.has(group));
    }
    case "injection":
      return documents.filter(({ rank }) => rank < arm.percent / 100);
  }
}

function moved(
  document: PlantedDocument,
  timed: ReadonlySet<string>,
  quarterStart: number,
): PlantedDocument {
  if (document.group === undefined || !timed.has(document.group)) return document;
  return { ...document, place: round(quarterStart + document.place / 4) };
}

/** The groups of subset k, counted from 1. */
export function subsetGroups({ items, settings }: World, k: number): ReadonlySet<string> {
  const groups = new Set(items.map(({ group }) => group));
  return new Set([...groups].filter((group) => subsetsOf(group, settings).has(k)));
}

/** The subsets that hold a group, a random half: with and without it are always equally many. */
export function subsetsOf(
  group: string,
  { subsets, seed }: Pick<WorldSettings, "subsets" | "seed">,
): ReadonlySet<number> {
  const rng = createRng(`world ${seed}/subsets of ${group}`);
  const all = Array.from({ length: subsets }, (_, index) => index + 1);
  return new Set(rng.shuffle(all).slice(0, Math.floor(subsets / 2)));
}
