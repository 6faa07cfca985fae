/**
 * Conversations as the text a chat model was trained on, by the Jinja template its folder carries:
 * chat_template.jinja, or `chat_template` of tokenizer_config.json. The only file that touches
 * @huggingface/jinja.
 */
import { dirname, join } from "node:path";
import { messageOf, RoteError } from "../base/errors.ts";
import { exists, readJsonObject, readText } from "../base/files.ts";
import { isRecord } from "../base/json.ts";
import type { ChatMessage } from "./language-model.ts";

/** The prompt of a conversation, up to where the model answers; special tokens are part of the text. */
export type ChatTemplate = (messages: readonly ChatMessage[]) => string;

/** The template of a tokenizer.json's folder, or of a folder; undefined where there is none. */
export async function openChatTemplate(path: string): Promise<ChatTemplate | undefined> {
  const folder = path.endsWith(".json") ? dirname(path) : path;
  const configPath = join(folder, "tokenizer_config.json");
  const config = (await exists(configPath)) ? await readJsonObject(configPath) : {};
  const ownFile = join(folder, "chat_template.jinja");
  const source = (await exists(ownFile))
    ? await readText(ownFile)
    : templateOf(config.chat_template);
  if (source === undefined) return undefined;
  const { Template } = await import("@huggingface/jinja");
  const refuse = (error: unknown): never => {
    throw new RoteError(
      "model/cannot",
      `the chat template of ${folder} refuses: ${messageOf(error)}`,
      { path: folder },
      error,
    );
  };
  let template: InstanceType<typeof Template>;
  try {
    template = new Template(source);
  } catch (error) {
    return refuse(error);
  }
  const names = ["bos_token", "eos_token", "unk_token", "pad_token"];
  const tokens = Object.fromEntries(names.map((name) => [name, textOf(config[name])]));
  return (messages) => {
    try {
      return template.render({ ...tokens, messages, add_generation_prompt: true });
    } catch (error) {
      return refuse(error);
    }
  };
}

/** A template, or the one called "default" of several. */
function templateOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  const named: unknown[] = value;
  const found = named.find((entry) => isRecord(entry) && entry.name === "default");
  return isRecord(found) && typeof found.template === "string" ? found.template : undefined;
}

/** A token's text: a string, or an object that describes an added token; empty where there is none. */
function textOf(token: unknown): string {
  const content = isRecord(token) ? token.content : token;
  return typeof content === "string" ? content : "";
}
