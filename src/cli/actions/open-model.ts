import type { LanguageModel } from "../../models/language-model.ts";
import { openLanguageModel } from "../../models/open-model.ts";
import type { CommandIo } from "../io.ts";
import { connectionOf, type RunningValues } from "../running.ts";

/** Which model, and how it runs. */
export interface ModelValues extends RunningValues {
  readonly model: string;
  readonly tokenizer: string | undefined;
}

/** The model a command names, with as many threads, or requests to a server, as --jobs allows. */
export async function openModelOf(
  { model, tokenizer, ...running }: ModelValues,
  io: CommandIo,
): Promise<LanguageModel> {
  return openLanguageModel(model, {
    ...(tokenizer === undefined ? {} : { tokenizer }),
    threads: running.jobs,
    device: running.device,
    connection: connectionOf(running, io),
  });
}
