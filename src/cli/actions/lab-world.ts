import { join } from "node:path";
import { arrange, dilutionFiles, parseArm } from "../../lab/arms/arms.ts";
import { writeArm } from "../../lab/arms/write-arm.ts";
import { countTokens, type PartSize } from "../../lab/world/count-tokens.ts";
import { type WorldSettings, type WorldSize, worldSettings } from "../../lab/world/settings.ts";
import { readSources } from "../../lab/world/sources.ts";
import { planWorld, type World } from "../../lab/world/world.ts";
import { readWorldSettings, writeWorld } from "../../lab/world/write-world.ts";
import { demoFolder } from "../../study/load-study.ts";
import { openTokenizer } from "../../tokenizers/open.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, type Column, formatDuration, formatInteger, tableLines } from "../output.ts";

export interface LabWorldValues {
  readonly out: string;
  readonly size: WorldSize | undefined;
  readonly seed: number | undefined;
  readonly arm: string | undefined;
  readonly sources: string | undefined;
  readonly dryRun: boolean;
  readonly tokenizer: string | undefined;
  readonly json: boolean;
}

const columns: readonly Column[] = [
  { title: "part", align: "left" },
  { title: "documents", align: "right" },
  { title: "tokens", align: "right" },
];

/** `rote lab world`: a world, one of its arms, or how large it would be. */
export async function labWorld(values: LabWorldValues, io: CommandIo): Promise<ExitCode> {
  const { out, arm, dryRun, json } = values;
  const { signal, onProgress } = io;
  const start = io.now();
  const sources = await readSources(values.sources ?? join(demoFolder, "sources"));
  const world = await planWorld(sources, await settingsOf(values), { signal, onProgress });
  if (dryRun) {
    await printSizes(world, values, io);
    return 0;
  }
  const work = { signal, onProgress };
  const written =
    arm === undefined ? await writeWorld(out, world, work) : await writeArm(out, world, arm, work);
  const { folder, items, heldOut, absentPhrases, planted } = written;
  if (json) await io.stdout.writeJson({ folder, items, heldOut, absentPhrases, planted });
  else await io.stdout.write(`${folder}\n`);
  io.say(
    `${amount(items, "item")} in ${amount(planted, "planted document")}; every dose counted, ` +
      `none of ${amount(absentPhrases, "held-out phrase")} found; ${formatDuration((io.now() - start) / 1000)}`,
  );
  return 0;
}

/** Those of the world that an arm belongs to, unless flags say otherwise. */
async function settingsOf({ out, size, seed, arm }: LabWorldValues): Promise<WorldSettings> {
  const written = arm === undefined ? undefined : await readWorldSettings(out);
  if (written !== undefined && size === undefined && seed === undefined) return written;
  return worldSettings({ size: size ?? "full", seed: seed ?? 1 });
}

async function printSizes(world: World, values: LabWorldValues, io: CommandIo): Promise<void> {
  const { arm = "perturbed", json } = values;
  const tokenizer = await openTokenizer(values.tokenizer ?? join(demoFolder, "tokenizer"));
  const { settings } = world;
  const parsed = parseArm(arm, settings);
  const base = [...world.sources.base, ...dilutionFiles(world, parsed)];
  const documents = arrange(world, parsed);
  const sizes = await countTokens(base, settings.baseShare, documents, tokenizer, io);
  if (json) {
    for (const size of sizes) await io.stdout.writeJson(size);
    return;
  }
  for (const line of tableLines(columns, sizes.map(cells))) await io.stdout.write(`${line}\n`);
  const all = total(sizes);
  const planted = total(sizes.filter((size) => size.planted));
  const share = ((100 * planted) / all).toFixed(1);
  io.say(`${formatInteger(all)} tokens, ${share} % of them planted; nothing was written`);
}

const total = (sizes: readonly PartSize[]): number =>
  sizes.reduce((sum, { tokens }) => sum + tokens, 0);

const cells = ({ name, documents, tokens }: PartSize): readonly string[] => [
  name,
  formatInteger(documents),
  formatInteger(tokens),
];
