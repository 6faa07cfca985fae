/** All shapes that the truth of a world must have. */
import { dilutionShapes, ruleShapes, timingShapes } from "./arm-shapes.ts";
import { injectionShapes, memorizationShapes } from "./memorization-shapes.ts";
import {
  doseShapes,
  halfDoseShapes,
  membershipShapes,
  separationShapes,
  unseenShapes,
} from "./recall-shapes.ts";
import type { ShapeCheck } from "./shape-check.ts";
import type { ShapeWorld } from "./shape-world.ts";

const families: readonly ((world: ShapeWorld) => ShapeCheck[])[] = [
  memorizationShapes,
  injectionShapes,
  doseShapes,
  halfDoseShapes,
  separationShapes,
  unseenShapes,
  dilutionShapes,
  timingShapes,
  ruleShapes,
  membershipShapes,
];

/** Look for every shape; what a world has no models for is listed as not measured. */
export function checkShapes(world: ShapeWorld): ShapeCheck[] {
  return families.flatMap((family) => family(world));
}
