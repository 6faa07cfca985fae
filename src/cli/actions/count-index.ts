import type { ExitCode } from "../define-command.ts";
import { indexSummary, openIndexOf } from "../word-index-source.ts";
import type { CommandIo } from "../io.ts";
import { readQuestion } from "./count.ts";
import { giveRows } from "./count-rows.ts";
import type { CountValues } from "./count-values.ts";

/** `rote count --index`: the rows of a count of the corpus, from an index of its words. */
export async function countFromIndex(
  directory: string,
  values: CountValues,
  io: CommandIo,
): Promise<ExitCode> {
  const { window } = values;
  const { signal, onProgress } = io;
  await using engine = await openIndexOf(directory, values.policy);
  const question = await readQuestion(values, io);
  const start = io.now();
  const counts = await engine.countPairs(question.phrases, question.pairs, {
    ...{ signal, onProgress },
    ...(window === undefined ? {} : { window }),
  });
  const seconds = (io.now() - start) / 1000;
  await giveRows(values, question, counts, io);
  io.say(indexSummary(directory, engine.identity, seconds));
  return counts.df.some((documents) => documents > 0) ? 0 : 1;
}
