/** How far a build is, and how long it will still take. */
import type { OnProgress } from "../../base/progress.ts";
import type { PlannedStep } from "./build-plan.ts";

/** The plan weighs as much as this much time of experience with it. */
const TRUST_SECONDS = 30;

export class BuildProgress {
  readonly #planned: ReadonlyMap<string, number>;
  /** Share of each step that is done. */
  readonly #shares: Map<string, number>;
  readonly #onProgress: OnProgress | undefined;
  readonly #clock: () => number;
  readonly #start: number;

  /** `clock` counts milliseconds; it decides only what is reported. */
  constructor(
    steps: readonly PlannedStep[],
    onProgress: OnProgress | undefined,
    clock: () => number = () => performance.now(),
  ) {
    this.#planned = new Map(steps.map(({ name, seconds }) => [name, seconds]));
    this.#shares = new Map(steps.map(({ name, done }) => [name, done ? 1 : 0]));
    this.#onProgress = onProgress;
    this.#clock = clock;
    this.#start = clock();
  }

  /** A share of a step is done. */
  update(step: string, share: number): void {
    this.#shares.set(step, share);
    const shares = [...this.#shares.values()];
    this.#onProgress?.({
      ...{ stage: step, unit: "steps", secondsLeft: this.secondsLeft() },
      done: shares.filter((each) => each === 1).length,
      total: shares.length,
    });
  }

  /** What the plan says is left, times how much longer than planned everything took so far. */
  secondsLeft(): number {
    let [made, left] = [0, 0];
    for (const [step, seconds] of this.#planned) {
      const share = this.#shares.get(step) ?? 0;
      made += seconds * share;
      left += seconds * (1 - share);
    }
    const elapsed = (this.#clock() - this.#start) / 1000;
    return (left * (elapsed + TRUST_SECONDS)) / (made + TRUST_SECONDS);
  }
}
