/**
 * Training steps as folders and revisions name them: `step-500` (ours), `step1000` (Pythia),
 * `checkpoint-2000` (transformers), `global_step2000`, `stage1-step1000-tokens5B` (OLMo).
 */
const stepName = /(?:^|[-_])(?:step|checkpoint|ckpt|iter|iteration)[-_ ]?(\d+)(?:$|[-_])/i;

/** The step in a name, or in a checkpoint as identities name it (`step 500`); undefined where it holds none. */
export function stepOf(name: string): number | undefined {
  const digits = stepName.exec(name)?.[1];
  const step = Number(digits);
  return digits !== undefined && Number.isSafeInteger(step) ? step : undefined;
}

/** What else stands in such names that changes along a training, and the step. */
const alongTraining = [
  /(?:^|[-_])stage\d+(?=$|[-_])/i,
  /(?:^|[-_])tokens\d+[kmbt]?(?=$|[-_])/i,
  /(?:^|[-_])(?:(?:global|checkpoint|ckpt)[-_])?(?:step|checkpoint|ckpt|iter|iteration)[-_ ]?\d+(?=$|[-_])/i,
];

/** The part of a checkpoint's name that its training shares (`pythia-70m` of `pythia-70m-step1000`); empty where it names only a step. */
export function nameWithoutStep(name: string): string {
  const rest = alongTraining.reduce((left, pattern) => left.replace(pattern, ""), name);
  return rest.replace(/^[-_]+/, "");
}
