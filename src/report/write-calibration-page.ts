import { join } from "node:path";
import { writeAtomically } from "../base/files.ts";
import { readCalibration } from "../lab/calibration/calibrate-world.ts";
import { renderCalibration } from "./calibration-page.ts";

/** Write a world's `calibration.html` from its calibration.json alone, and return its path. */
export async function writeCalibrationPage(world: string): Promise<string> {
  const card = await readCalibration(world);
  const figures = await import("./figure.ts"); // slow to load, and only pages need it
  const path = join(world, "calibration.html");
  await writeAtomically(path, renderCalibration(card, figures));
  return path;
}
