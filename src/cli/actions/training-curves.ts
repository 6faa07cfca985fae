/** The curves of a training as SVG beside its training.jsonl. */
import { join } from "node:path";
import { readText, writeAtomically } from "../../base/files.ts";
import type { TrainingLogEntry } from "../../models/training/training-log.ts";
import type { TrainingCurve, TrainingPoint } from "../../report/figure.ts";

/** Draw loss.svg (with the loss on held-out text), gradient-norm.svg, learning-rate.svg and, of held-out text, bits-per-byte.svg. */
export async function drawTrainingCurves(folder: string): Promise<void> {
  const { trainingFigure } = await import("../../report/figure.ts");
  const lines = (await readText(join(folder, "training.jsonl"))).trimEnd().split("\n");
  const entries = lines.map((line) => JSON.parse(line) as TrainingLogEntry);
  for (const [file, curve] of Object.entries(curvesOf(entries))) {
    const description = describe(curve);
    const svg = trainingFigure(curve, { title: `Training: ${curve.label}`, description });
    await writeAtomically(join(folder, file), `${svg}\n`);
  }
}

/** What is drawn, by file name. */
function curvesOf(entries: readonly TrainingLogEntry[]): Readonly<Record<string, TrainingCurve>> {
  const points = (
    value: (entry: TrainingLogEntry) => number | undefined,
  ): readonly TrainingPoint[] =>
    entries.flatMap((entry) => {
      const found = value(entry);
      return found === undefined ? [] : [{ step: entry.step, value: found }];
    });
  const bitsPerByte = points(({ heldOut }) => heldOut?.bitsPerByte);
  return {
    "loss.svg": {
      label: "loss (nats a token)",
      points: points(({ loss }) => loss),
      heldOut: points(({ heldOut }) => heldOut?.loss),
    },
    "gradient-norm.svg": {
      label: "gradient norm",
      points: points(({ gradientNorm }) => gradientNorm),
    },
    "learning-rate.svg": {
      label: "learning rate",
      points: points(({ learningRate }) => learningRate),
    },
    ...(bitsPerByte.length > 0 && {
      "bits-per-byte.svg": { label: "bits a byte, held out", points: [], heldOut: bitsPerByte },
    }),
  };
}

function describe({ points, heldOut = [] }: TrainingCurve): string {
  const fromTo = (series: readonly TrainingPoint[]): string =>
    `from ${series[0]!.value.toPrecision(4)} to ${series.at(-1)!.value.toPrecision(4)}`;
  const learned = points.length === 0 ? [] : [`${points.length} steps, ${fromTo(points)}`];
  const observed = heldOut.length === 0 ? [] : [`held out ${fromTo(heldOut)}`];
  return [...learned, ...observed].join("; ");
}
