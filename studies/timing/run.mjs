/** Is what was read late recalled better than what was read early, and how long does one statement last? */
import { armContrasts, checkShapes, finalSizes, recallCourses, retention } from "rote/lab";
import { panelsFigure } from "rote/report";
import { groupBy, number, pointOf, runStudy, shapeColumns, table, text } from "../study.mjs";

const metric = "logLikelihood";

await runStudy("timing", async (world) => {
  const { items, truth, estimates } = world;
  const contrasts = [metric, "exact", "choice"]
    .flatMap((each) => armContrasts(truth, items, each, estimates))
    .filter(({ name }) => name === "timing");
  const shapes = checkShapes(world).filter(({ shape }) => shape === "timing");
  const sizes = finalSizes(truth, "perturbed");
  const columns = sizes.map((model) => ({ metric, arm: "perturbed", model }));
  const lasting = columns.flatMap(({ model, ...column }) =>
    retention(truth, items, { ...column, model }, estimates).map((point) => ({ model, ...point })),
  );
  const courses = columns
    .flatMap((column) => recallCourses(truth, items, column, estimates))
    .filter(({ dose }) => dose === 64 || dose === 256);
  return {
    results: { contrasts, shapes, retention: lasting, courses },
    figures: { "figure.svg": await panelsFigure([timingPanel(shapes), retentionPanel(lasting)]) },
    tables: {
      arms: table(shapeColumns, shapes),
      kinds: kindTable(contrasts.filter((each) => each.metric === metric)),
      retention: retentionTable(lasting),
      courses: courseTable(courses),
    },
  };
});

/** Late minus early by dose, a line a size. */
function timingPanel(shapes) {
  const byDose = shapes.flatMap((shape) => {
    const [, dose, size] = /^dose (\d+) .*, ([^,]+)$/.exec(shape.of) ?? [];
    return dose === undefined ? [] : [{ dose, size, estimate: shape.estimate }];
  });
  const places = [...new Set(byDose.map(({ dose }) => dose))];
  return {
    title: "late − early, kinds of memory",
    description: "Difference of mean log-likelihood at equal dose.",
    lines: [...groupBy(byDose, ({ size }) => size)].map(([label, own]) => ({
      label,
      points: own.flatMap(({ dose, estimate }) => pointOf(dose, estimate)),
    })),
    x: { label: "dose →", places },
    y: { label: "↑ nats a token" },
    level: 0,
  };
}

function distance(since) {
  if (since === null) return "not yet read";
  return since === 0 ? "same quarter" : `${since} later`;
}

/** What one statement leaves, by the quarters of training since. */
function retentionPanel(points) {
  const read = points.filter(({ left }) => left !== undefined);
  const places = [...new Set(read.map(({ since }) => distance(since)))];
  return {
    title: "one statement, by quarters since",
    description: "What is left of one statement, in log-likelihood, by distance in training.",
    lines: [...groupBy(points, ({ model }) => model)].map(([label, own]) => ({
      label,
      points: own.flatMap(({ since, left }) =>
        left === undefined ? [] : pointOf(distance(since), left),
      ),
    })),
    x: { label: "quarters of training →", places },
    y: { label: "↑ nats a token above not yet read" },
    level: 0,
  };
}

function kindTable(contrasts) {
  const single = contrasts.filter(({ kind }) => kind !== "association");
  const doses = [...new Set(single.map(({ dose }) => dose))].sort((a, b) => a - b);
  const rows = [...groupBy(single, ({ kind, model }) => `${kind}\n${model}`).values()];
  return table(
    [
      text("kind", ([{ kind }]) => kind),
      text("size", ([{ model }]) => model),
      ...doses.map((dose) =>
        number(String(dose), (own) => own.find((each) => each.dose === dose)?.difference),
      ),
    ],
    rows,
  );
}

function retentionTable(points) {
  const rows = [...groupBy(points, ({ since }) => since)];
  const sizes = [...new Set(points.map(({ model }) => model))];
  return table(
    [
      text("quarters since", ([since]) => distance(since)),
      ...sizes.flatMap((size) => {
        const at = ([, own]) => own.find(({ model }) => model === size);
        return [
          number(`${size}, above dose 0`, (row) => at(row)?.advantage),
          number(`${size}, left`, (row) => at(row)?.left),
        ];
      }),
      text(
        "items × checkpoints, groups",
        ([, [{ advantage }]]) => `${advantage.items}, ${advantage.groups}`,
      ),
    ],
    rows,
  );
}

function courseTable(courses) {
  const last = courses.filter(({ model }) => model === courses.at(-1)?.model);
  return table(
    [
      text("kind", ({ kind }) => kind),
      text("dose", ({ dose }) => dose),
      ...[0, 1, 2, 3].map((quarter) =>
        number(`after ${quarter + 1}/4`, ({ course }) => course[quarter]?.recall),
      ),
      number("lost", ({ lost }) => lost),
      text("items", ({ lost }) => lost.items),
    ],
    last,
  );
}
