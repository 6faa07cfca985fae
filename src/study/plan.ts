/** What a run would do, before it does it: for `--dry-run` and for the summary at its start. */
import { evaluatedItems, type StudyContext } from "./context.ts";
import { countedIndex, hasFiles } from "./corpus-engine.ts";
import type { IndexIdentity } from "./indexed-corpus.ts";
import type { Study } from "./load-study.ts";
import type { Stage } from "./run-directory.ts";
import { overlapStageName } from "./stages/overlap.ts";

/** The work that lies ahead, stage by stage and in numbers. */
export interface StudyPlan {
  readonly stages: readonly { readonly name: string; readonly finished: boolean }[];
  /** The index that pairs are counted from; null where the corpus is scanned. */
  readonly index: IndexIdentity | null;
  /** Stored bytes of the corpus's files; 0 where an index is all there is. */
  readonly corpusBytes: number;
  /** How often they are read, at most: matches of overlap are followed only where there are any. */
  readonly corpusPasses: number;
  readonly examples: number;
  readonly models: number;
  /** Tokens the models read to score and generate, estimated from characters. */
  readonly modelTokens: number;
  /** Rough seconds on two cores; the rates behind it are `planRates`. */
  readonly estimatedSeconds: number;
}

/** Rates behind the time estimate, measured on two cores with the built-in study; order of magnitude only. */
export const planRates: Readonly<
  Record<
    | "corpusBytesPerSecond"
    | "modelTokensPerSecond"
    | "charactersPerToken"
    | "variantExamplesPerSecond",
    number
  >
> = {
  corpusBytesPerSecond: 3e6,
  modelTokensPerSecond: 2e4,
  charactersPerToken: 4,
  variantExamplesPerSecond: 500,
};

/** Plan a run whose stages are known. */
export async function planStudy(
  { study, tasks, directory }: StudyContext,
  stages: readonly Stage[],
  { corpusBytes, index }: Pick<StudyPlan, "corpusBytes" | "index">,
): Promise<StudyPlan> {
  const states = await Promise.all(
    stages.map(async (stage) => ({
      name: stage.name,
      finished: await directory.isFinished(stage),
    })),
  );
  const open = new Set(states.filter(({ finished }) => !finished).map(({ name }) => name));
  const readers = readersOf(study).filter((name) => open.has(name));
  const corpusPasses = readers.reduce((sum, name) => sum + passesOf(name), 0);
  const evaluated = evaluatedItems({ tasks });
  // What stands before all inputs of a task, shots and neutral context, is read once.
  const characters = evaluated.reduce(
    (sum, { example: { input, output }, neutralContext }) =>
      sum + input.length + output.length * (neutralContext === undefined ? 1 : 2),
    0,
  );
  const scored = [...open].filter((name) => name.startsWith("score ")).length;
  const generated = [...open].filter((name) => name.startsWith("generate ")).length;
  const perPass =
    characters / planRates.charactersPerToken +
    evaluated.reduce(
      (sum, { task }) => sum + (task.generate?.maxTokens ?? study.generate.maxTokens),
      0,
    );
  const modelTokens = Math.round((scored + generated) * perPass);
  return {
    stages: states,
    index,
    corpusBytes,
    corpusPasses,
    examples: evaluated.length,
    models: study.models.length,
    modelTokens,
    estimatedSeconds: Math.ceil(
      (corpusPasses * corpusBytes) / planRates.corpusBytesPerSecond +
        modelTokens / planRates.modelTokensPerSecond,
    ),
  };
}

/** How often a stage that reads the files reads them at most. */
export function passesOf(name: string): number {
  return name === overlapStageName ? 2 : 1;
}

/** The stages that read the files. Beside an index, "count" reads them to see whether it is theirs. */
export function readersOf(study: Study): readonly string[] {
  if (!hasFiles(study)) return [];
  const always = ["fit embedder", "count", "denominators"];
  const shown = study.report.pairs > 0 ? ["evidence"] : [];
  return countedIndex(study) === undefined
    ? [...always, ...shown, "recount", overlapStageName, "novelty"]
    : [...always, ...shown];
}
