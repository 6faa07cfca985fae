/** One line on a terminal that says what is being done, how fast, and how long it will take. */
import { type Progress, ProgressMeter } from "../base/progress.ts";
import { formatAmount, formatDuration } from "./output.ts";

export interface ProgressTerminal {
  write(text: string): unknown;
  readonly columns: number;
}

const REDRAW_MILLISECONDS = 100;
const CLEAR_LINE = "\r\u001b[K";

export class ProgressLine {
  readonly #terminal: ProgressTerminal;
  readonly #clock: () => number;
  #meter: ProgressMeter;
  #stage: string | undefined;
  #drawnAt = -Infinity;
  #visible = false;

  /** `clock` counts milliseconds; it decides only what is drawn, never a result. */
  constructor(terminal: ProgressTerminal, clock: () => number) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#meter = new ProgressMeter(clock);
  }

  update(progress: Progress): void {
    if (progress.stage !== this.#stage) {
      this.#stage = progress.stage;
      this.#meter = new ProgressMeter(this.#clock);
      this.#drawnAt = -Infinity;
    }
    const { rate, secondsLeft } =
      progress.secondsLeft === undefined
        ? this.#meter.update(progress)
        : { secondsLeft: progress.secondsLeft };
    const now = this.#clock();
    if (now - this.#drawnAt < REDRAW_MILLISECONDS) return;
    this.#drawnAt = now;
    this.#visible = true;
    const text = progressText(progress, rate, secondsLeft);
    this.#terminal.write(CLEAR_LINE + text.slice(0, Math.max(10, this.#terminal.columns - 1)));
  }

  /** Take the line away, so that other text can be written. */
  clear(): void {
    if (this.#visible) this.#terminal.write(CLEAR_LINE);
    this.#visible = false;
    this.#drawnAt = -Infinity;
  }
}

/** `count pairs  12.4 of 64.0 MB  19%  8.1 MB/s  6 s left`. */
function progressText(
  { stage, done, total, unit }: Progress,
  rate: number | undefined,
  secondsLeft: number | undefined,
): string {
  const parts = [stage, formatAmount(done, unit)];
  if (total !== undefined && total > 0)
    parts.push(`of ${formatAmount(total, unit)}`, `${Math.floor((100 * done) / total)}%`);
  if (rate !== undefined) parts.push(`${formatAmount(rate, unit)}/s`);
  if (secondsLeft !== undefined) parts.push(`${formatDuration(secondsLeft)} left`);
  return parts.join("  ");
}
