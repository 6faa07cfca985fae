/**
 * The stages of a study, in the order they run; at the end stand the statistics.
 *
 *   fit embedder   embedder/          where the study asks for one of its own corpus
 *   mine           pairs.parquet      mining.json       pass-curves.parquet
 *   count          counts.parquet     corpus.json       one pass over the corpus, or from its index
 *   denominators   denominators.parquet                one pass, where measure.denominatorPolicy asks for it
 *   outliers       outliers.parquet                     where mine.outliers leaves pairs out
 *   recount        null-counts.parquet                  the same again
 *   overlap        overlap.parquet    overlap.json      two passes at most
 *   score M        continuations/M.jsonl                each model
 *   generate M     generations/M.jsonl                  each model
 *   prompts        prompts.json                         what stands before the outputs
 *   infinity-gram  infinity-grams.parquet infinity-gram.json   where the study names an index for it
 *   spans          scores.parquet
 *   choices M      choices/M.jsonl                      each model, where examples have choices
 *   examples       examples.parquet   outputs.parquet   choices.parquet
 *   metrics        metrics.json
 *   novelty        novelty.parquet    novelty.json      one pass, where the study asks for it
 *   evidence       evidence.json                        one pass
 *   measure        run.json
 */
import type { StudyContext } from "./context.ts";
import type { Stage } from "./run-directory.ts";
import { choiceItems, choicesStage } from "./stages/choices.ts";
import { countStage } from "./stages/count.ts";
import { denominatorFiles } from "./denominators.ts";
import { denominatorStage } from "./stages/denominators.ts";
import { evidenceStage } from "./stages/evidence.ts";
import { examplesStage } from "./stages/examples.ts";
import { fitEmbedderStage } from "./stages/fit-embedder.ts";
import { generateStage } from "./stages/generate.ts";
import { infinityGramStage } from "./stages/infinity-gram.ts";
import { metricsStage } from "./stages/metrics.ts";
import { mineStage } from "./stages/mine.ts";
import { noveltyStage } from "./stages/novelty.ts";
import { outlierStage } from "./stages/outliers.ts";
import { overlapStage } from "./stages/overlap.ts";
import { promptsStage } from "./stages/prompts.ts";
import { recountStage } from "./stages/recount.ts";
import { scoreStage } from "./stages/score.ts";
import { spansStage } from "./stages/spans.ts";

/** Every stage that this study has. */
export async function stagesOf(context: StudyContext): Promise<readonly Stage[]> {
  const { outliers } = context.study.mine;
  const models = context.modelNames.map((_, index) => index);
  return [
    ...(context.study.embedder === "corpus" ? [await fitEmbedderStage(context)] : []),
    await mineStage(context),
    await countStage(context),
    ...(denominatorFiles(context.study).length === 0 ? [] : [await denominatorStage(context)]),
    ...(outliers === undefined ? [] : [outlierStage(context, outliers)]),
    await recountStage(context),
    ...(context.study.measure.overlap.length > 0 ? [await overlapStage(context)] : []),
    ...(await Promise.all(models.map((index) => scoreStage(context, index)))),
    ...(await Promise.all(models.map((index) => generateStage(context, index)))),
    promptsStage(context),
    ...(context.study.measure.infinityGram === undefined
      ? []
      : [await infinityGramStage(context, context.study.measure.infinityGram)]),
    spansStage(context),
    ...(choiceItems(context).length === 0
      ? []
      : await Promise.all(models.map((index) => choicesStage(context, index)))),
    examplesStage(context),
    metricsStage(context),
    ...(context.study.measure.novelty === undefined
      ? []
      : [await noveltyStage(context, context.study.measure.novelty)]),
    await evidenceStage(context),
  ];
}
