/** What is said of a run's stages as they end. */
import type { CommandIo } from "../io.ts";
import { amount, formatDuration } from "../output.ts";

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
