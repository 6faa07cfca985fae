import { RoteError } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";
import type { ChatMessage, Prompt } from "../../models/language-model.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { readRequests, type Request, stringOf, withPlaces } from "./requests.ts";
import { type ModelValues, openModelOf } from "./open-model.ts";

export interface GenerateValues extends ModelValues {
  readonly requests: string;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number | undefined;
  readonly stop: readonly string[];
  readonly seed: number;
}

/** `rote generate`: one text a prompt, in their order. */
export async function generate(values: GenerateValues, io: CommandIo): Promise<ExitCode> {
  const { maxTokens, temperature, topP, topK, stop, seed } = values;
  // All prompts at once: what is drawn for a prompt depends on its place among them, not on groups.
  const prompts: Request<Prompt>[] = [];
  const options = { size: 1024, parse: parsePrompt };
  for await (const group of readRequests(values.requests, io, options)) prompts.push(...group);
  await using model = await openModelOf(values, io);
  const generateTexts = model.generate?.bind(model);
  if (generateTexts === undefined)
    throw new RoteError("model/cannot", `${model.identity.name} scores text but generates none`);
  const { signal, onProgress } = io;
  const generations = await withPlaces(prompts, (texts) =>
    generateTexts(texts, {
      ...{ maxTokens, temperature, topP, stop, seed, signal, onProgress },
      ...(topK === undefined ? {} : { topK }),
    }),
  );
  for (const { text, ids, logProbs } of generations)
    await io.stdout.writeJson({ text, ids: Array.from(ids), logProbs: Array.from(logProbs) });
  return 0;
}

/** A text, or a conversation as chat APIs have it. */
function parsePrompt(record: Readonly<Record<string, unknown>>): Prompt {
  const { messages } = record;
  if (messages === undefined) return stringOf(record, "prompt", example);
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isMessage))
    throw new Error(`has no list of "messages" with "role" and "content"; a request is ${example}`);
  return messages;
}

const example = '{"prompt":"…"} or {"messages":[{"role":"user","content":"…"}]}';

function isMessage(value: unknown): value is ChatMessage {
  return isRecord(value) && typeof value.role === "string" && typeof value.content === "string";
}
