import type { SessionOptions } from "../../graph/session.ts";
import { HeldOut, type HeldOutLoss } from "./held-out.ts";
import { heldOutSteps, type TrainingPlan } from "./plan.ts";
import { rowsPerStep } from "./schedule.ts";
import { nextTurn, type TrainingStep } from "./train-on-tokens.ts";
import type { TrainingLog } from "./training-log.ts";

/** Writes the line of every step into training.jsonl, with the loss on held-out text after some. */
export class StepRecorder implements AsyncDisposable {
  readonly #log: TrainingLog;
  readonly #heldOut: HeldOut | undefined;
  readonly #heldOutSteps: ReadonlySet<number>;
  readonly #tokensPerStep: number;
  #time = performance.now();

  private constructor(plan: TrainingPlan, log: TrainingLog, heldOut: HeldOut | undefined) {
    const { schedule } = plan.config;
    this.#log = log;
    this.#heldOut = heldOut;
    this.#heldOutSteps = heldOutSteps(plan);
    this.#tokensPerStep = rowsPerStep(schedule) * schedule.sequenceLength;
  }

  /** Load what reading the plan's held-out text takes. */
  static async open(
    plan: TrainingPlan,
    log: TrainingLog,
    options: SessionOptions,
  ): Promise<StepRecorder> {
    if (plan.heldOut === undefined) return new StepRecorder(plan, log, undefined);
    const { schedule: shape, packing } = plan.config;
    const model = { decoder: plan.files.decoder, layout: plan.layout };
    return new StepRecorder(
      plan,
      log,
      await HeldOut.open(plan.heldOut, model, { shape, packing, ...options }),
    );
  }

  /** Record a step; the result is the loss on held-out text, where that was due. */
  async record(
    step: TrainingStep,
    signal: AbortSignal | undefined,
  ): Promise<HeldOutLoss | undefined> {
    const { loss, learningRate, gradientNorm, state } = step;
    const seconds = (performance.now() - this.#time) / 1000;
    const tokensPerSecond = Math.round(this.#tokensPerStep / seconds);
    const heldOut = this.#heldOutSteps.has(state.step)
      ? await this.#heldOut?.evaluate(state.parameters, () => nextTurn(signal))
      : undefined;
    const entry = { step: state.step, loss, learningRate, gradientNorm, tokensPerSecond };
    await this.#log.append({ ...entry, ...(heldOut && { heldOut }) });
    this.#time = performance.now();
    return heldOut;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#heldOut?.[Symbol.asyncDispose]();
  }
}
