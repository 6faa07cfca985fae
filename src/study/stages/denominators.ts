/** Count the n-grams of inputs once more, as the files write them: measure.denominatorPolicy. */
import { openScan } from "../../counting/scan/scan-engine.ts";
import { RoteError } from "../../base/errors.ts";
import { textPolicy } from "../../text/policies.ts";
import type { StudyContext } from "../context.ts";
import { corpusFile, openStudyFiles, refuseChangedCorpus, textOptions } from "../corpus-engine.ts";
import type { Stage } from "../run-directory.ts";
import { denominatorTable, pairTable, readTable, writeTable } from "../tables.ts";

export async function denominatorStage(context: StudyContext): Promise<Stage> {
  const { study, directory, jobs, signal, onProgress } = context;
  const policy = study.measure.denominatorPolicy;
  return {
    name: "denominators",
    options: { corpus: await textOptions(context), policy },
    reads: [pairTable.file, corpusFile],
    writes: [denominatorTable.file],
    run: async () => {
      const pairs = await readTable(directory.file(pairTable.file), pairTable);
      const phrases = [...new Set(pairs.map(({ a }) => a))].sort();
      const corpus = await openStudyFiles(study);
      if (corpus === undefined)
        throw new RoteError("usage", `${policy} counts files, and the study names none`);
      await using engine = await openScan(corpus, { policy: textPolicy(policy), jobs });
      const { df, tf } = await engine.countPhrases(phrases, { signal, onProgress });
      if (study.engine === "scan") await refuseChangedCorpus(directory, engine.identity);
      const rows = phrases.map((a, i) => ({ a, df: df[i]!, tf: tf[i]! }));
      await writeTable(directory, denominatorTable, rows);
      return { phrases: phrases.length, bytes: engine.identity.bytes ?? 0 };
    },
  };
}
