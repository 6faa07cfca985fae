/** One choice changed at a time, all others as the study has them. */
import { groupBy } from "../../base/group-by.ts";
import { type AxisName, axisNames } from "./axes.ts";
import type { Specification } from "./specifications.ts";

/** A specification that differs from the study's own in one choice, or in none. */
export interface OneFactor {
  readonly axis: AxisName;
  /** The option of that choice; the study's own where `specification.isStudy`. */
  readonly option: string;
  readonly specification: Specification;
}

/** For each task and model, choice by choice, lengths by length; the study's own specification stands under every choice. */
export function oneFactorAtATime(specifications: readonly Specification[]): readonly OneFactor[] {
  const curves = groupBy(specifications, ({ task, model, checkpoint }) =>
    JSON.stringify([task, model, checkpoint]),
  );
  return [...curves.values()].flatMap((own) => {
    const study = own.find(({ isStudy }) => isStudy);
    if (study === undefined) return [];
    return axisNames.flatMap((axis) => {
      const changed = own
        .filter(({ options }) =>
          axisNames.every((other) => other === axis || options[other] === study.options[other]),
        )
        .map((specification) => ({ axis, option: specification.options[axis], specification }));
      return axis === "n" ? changed.sort((a, b) => Number(a.option) - Number(b.option)) : changed;
    });
  });
}
