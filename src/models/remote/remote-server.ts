/** What the interfaces of model servers have in common once their answers are read. */
import { RoteError } from "../../base/errors.ts";
import type { ChatMessage, GenerateOptions, Generation } from "../language-model.ts";

/** One token of a prompt as the server reports it. */
export interface PromptToken {
  /** Absent where the server tells texts only. */
  readonly id?: number | undefined;
  /** Absent where the server tells ids only. */
  readonly text?: string | undefined;
  /** Natural log, given all before it; null for the first token. */
  readonly logProb: number | null;
  /** Whether it is the model's first choice; null where the server does not tell. */
  readonly isGreedy: boolean | null;
}

/** A prompt as text, which the server tokenizes, or as ids. */
export type SentPrompt = string | Int32Array;

/** A model behind an interface. */
export interface RemoteServer {
  /** The model as the server calls it. */
  readonly name: string;
  /** Most tokens of a prompt; Infinity where the server does not say. */
  readonly maximumTokens: number;
  readonly takesIds: boolean;
  /** Why it scores nothing, and the way out; absent where it scores. */
  readonly cannotScore?: string;
  /** The prompt's tokens, in order; what the server generates besides is left out. */
  readonly scorePrompt: (
    prompt: SentPrompt,
    signal: AbortSignal | undefined,
  ) => Promise<readonly PromptToken[]>;
  /** Absent from a server that only chats. */
  readonly complete?: (prompt: string, options: GenerateOptions) => Promise<Generation>;
  /** Absent from a server that takes texts only. */
  readonly chat?: (
    messages: readonly ChatMessage[],
    options: GenerateOptions,
  ) => Promise<Generation>;
}

/** An answer that is not what the interface promises. */
export function malformed(server: string, what: string): RoteError {
  return new RoteError("server/malformed", `${server} ${what}`, { server });
}

/** A token of a generation, in the server's words. */
export interface GeneratedToken {
  readonly id: number | undefined;
  readonly text: string;
  readonly logProb: number;
}

/**
 * A generation from the server's text and tokens. Some servers leave the stop string in, and tokens
 * behind the text's end; ids and log-probabilities are empty where the server does not tell all.
 */
export function toGeneration(
  text: string,
  tokens: readonly GeneratedToken[],
  stop: readonly string[] = [],
): Generation {
  const places = stop.map((string) => text.indexOf(string)).filter((place) => place >= 0);
  const end = Math.min(text.length, ...places);
  let count = 0;
  for (let length = 0; count < tokens.length && length < end; count++)
    length += tokens[count]!.text.length;
  const kept = end < text.length ? tokens.slice(0, count) : tokens;
  const ids = kept.map(({ id }) => id).filter((id) => id !== undefined);
  return {
    text: text.slice(0, end),
    ids: Int32Array.from(ids.length === kept.length ? ids : []),
    logProbs: kept.every(({ logProb }) => Number.isFinite(logProb))
      ? Float64Array.from(kept, ({ logProb }) => logProb)
      : new Float64Array(0),
  };
}
