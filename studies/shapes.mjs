/**
 * The shapes that the truth of a world must have, each with estimate, interval, bar and verdict:
 *
 *   node studies/shapes.mjs --world DIR [--json]
 */
import { parseArgs } from "node:util";
import { checkShapes, plantedProbabilities, readWorldTruth, shapeClaims } from "rote/lab";
import { groupBy, shapeColumns, table } from "./study.mjs";

const { values } = parseArgs({ options: { world: { type: "string" }, json: { type: "boolean" } } });
if (values.world === undefined) {
  console.error("usage: node studies/shapes.mjs --world DIR [--json]");
  process.exit(2);
}
const { items, truth } = await readWorldTruth(values.world);
const shapes = checkShapes({ items, truth, probability: plantedProbabilities(items), seed: 1 });
if (values.json) console.log(JSON.stringify(shapes, null, 2));
else
  for (const [shape, own] of groupBy(shapes, (each) => each.shape))
    console.log(
      `## ${shape}\n\nThe claim: ${shapeClaims[shape]}.\n\n${table(shapeColumns, own)}\n`,
    );
