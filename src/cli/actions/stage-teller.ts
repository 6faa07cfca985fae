/** How a run's stages work, and what is said as they end. */
import { availableParallelism } from "node:os";
import type { RunStudyOptions } from "../../study/run-study.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatDuration } from "../output.ts";
import { connectionOf, type RunningValues } from "../running.ts";

/** Stages of the study one by one, those of its variants summed up. */
export function stageTeller(io: CommandIo): {
  readonly stage: (name: string, ran: boolean, seconds: number) => void;
  readonly end: () => void;
} {
  const ofVariants = new Map<string, { count: number; seconds: number }>();
  const end = (): void => {
    for (const [name, { count, seconds }] of ofVariants)
      io.say(`  ${`${name}, ${amount(count, "variant")}`.padEnd(24)} ${formatDuration(seconds)}`);
    ofVariants.clear();
  };
  const stage = (name: string, ran: boolean, seconds: number): void => {
    const [, variants] = name.split(": ");
    if (variants === undefined) {
      end();
      io.say(`  ${name.padEnd(24)} ${ran ? formatDuration(seconds) : "done before"}`);
      return;
    }
    const { count, seconds: before } = ofVariants.get(variants) ?? { count: 0, seconds: 0 };
    if (count === 0) end();
    ofVariants.set(variants, { count: count + 1, seconds: before + seconds });
  };
  return { stage, end };
}

/** How the stages of a run into `out` work under a command, which `tell` follows. */
export function stageOptions(
  out: string,
  running: RunningValues,
  { io, tell }: { readonly io: CommandIo; readonly tell: ReturnType<typeof stageTeller> },
): RunStudyOptions {
  return {
    out,
    jobs: running.jobs ?? availableParallelism(),
    device: running.device,
    connection: connectionOf(running, io),
    command: io.commandLine,
    signal: io.signal,
    onProgress: io.onProgress,
    clock: io.now,
    onStage: tell.stage,
  };
}
