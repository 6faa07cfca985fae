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
