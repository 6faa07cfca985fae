import type { LongWork } from "../base/progress.ts";

/** What a model can be asked for. */
export type ModelCapability = "score" | "generate" | "chat" | "gradients";

/** What a model is, down to the bytes of its weights where they are here. */
export interface ModelIdentity {
  readonly name: string;
  /** Architecture family, such as "gpt-neox"; for embedders their method; "remote" behind HTTP. */
  readonly family: string;
  /** Null where a server does not say. */
  readonly parameters: number | null;
  /** Training step where the folder says so. */
  readonly checkpoint?: string;
  /** Steps it was trained for, where its folder's name or the record of its training says so. */
  readonly step?: number;
  /** sha256 of its tokenizer.json, where it has one. */
  readonly tokenizer?: string;
  /** sha256 over configuration and weights; null behind HTTP, where nobody can tell. */
  readonly sha256: string | null;
  /** Where it answers, for a model behind HTTP. */
  readonly url?: string;
}

/** Text to be scored after a context. The boundary follows lm-evaluation-harness (see `score.ts`). */
export interface ScoreRequest {
  readonly context: string;
  readonly continuation: string;
}

/** Token ids to be scored: those from `start` on, given all before them. `start` is at least 1. */
export interface IdsRequest {
  readonly ids: ArrayLike<number>;
  readonly start: number;
}

/** Natural-log probabilities of scored tokens, each given all before it. */
export interface ScoredIds {
  /** Sum of `logProbs`. */
  readonly logLikelihood: number;
  /** True where every scored token is the model's first choice; null where a server does not tell. */
  readonly isGreedy: boolean | null;
  /** Empty where a server tells its tokens' texts only. */
  readonly ids: Int32Array;
  readonly logProbs: Float64Array;
  /** Entropy of what the model expects in each token's place, in nats; where asked for. */
  readonly entropies?: Float64Array;
  /** 1 + how many tokens the model holds for more probable than each token; where asked for. */
  readonly ranks?: Int32Array;
  /** Tokens cut from the left to fit the model's window; 0 as a rule. */
  readonly cutTokens: number;
}

/** The scored tokens of a continuation, with their places in it. */
export interface ScoredContinuation extends ScoredIds {
  /**
   * Two entries a token: start and end in UTF-16 units of the continuation, half-open. Negative
   * where a token begins in the context (its trailing spaces are scored with the continuation).
   */
  readonly offsets: Int32Array;
}

/** How texts are scored. */
export interface ScoreOptions extends LongWork {
  /**
   * What becomes of more tokens to be scored than the model reads at once: the request is refused
   * (the default), or the last of them are scored and `ids` is shorter than what was asked for.
   */
  readonly overlong?: "refuse" | "cut";
  /** Tell each token's entropy; default no. Models behind HTTP cannot. */
  readonly entropies?: boolean;
  /** Tell each token's rank; default no. Models behind HTTP cannot. */
  readonly ranks?: boolean;
  /**
   * Bytes that activations and logits may take at once, by estimate, besides the weights; default
   * 256 MiB. One sequence alone may take more, and what shares it half as much again. Without
   * meaning behind HTTP.
   */
  readonly memory?: number;
  /** Called at the end with what was read; not by models behind HTTP. */
  readonly onWork?: (work: ScoringWork) => void;
}

/** What scoring took. */
export interface ScoringWork {
  readonly requests: number;
  /** Tokens that the requests would read each by itself. */
  readonly tokens: number;
  /** Tokens that were read: common beginnings of requests, and requests that came twice, once. */
  readonly read: number;
  /** Places that were run without a token, at the ends of shorter rows. */
  readonly padding: number;
  readonly runs: number;
}

/** A turn of a conversation. */
export interface ChatMessage {
  /** "system", "user" or "assistant", as a rule. */
  readonly role: string;
  readonly content: string;
}

/** What a text is generated after: a text, or a conversation to be answered. */
export type Prompt = string | readonly ChatMessage[];

/** Tokens of a generated text at most, where nobody says how many. */
export const DEFAULT_MAX_TOKENS = 64;

/** How texts are drawn from a model. */
export interface GenerateOptions extends LongWork {
  /** Default `DEFAULT_MAX_TOKENS`. */
  readonly maxTokens?: number;
  /** 0 (the default) is greedy decoding. */
  readonly temperature?: number;
  /** Draw from the fewest tokens, most probable first, that together have this probability; default 1, all. */
  readonly topP?: number;
  /** Draw from so many tokens, the most probable; default all. Applied before `topP`. */
  readonly topK?: number;
  readonly seed?: number;
  /** Generation ends before the first of these. */
  readonly stop?: readonly string[];
}

/** A generated text with its tokens. */
export interface Generation {
  /** What the ids decode to, up to the first stop string; the end-of-text token is left out. */
  readonly text: string;
  /** Where a stop string ends generation, up to the token that holds the last of the text. */
  readonly ids: Int32Array;
  /** Under the model itself, whatever the temperature. */
  readonly logProbs: Float64Array;
}

/** A model that gives texts log-probabilities, and as a rule writes them; dispose of it to free its memory. */
export interface LanguageModel extends AsyncDisposable {
  readonly identity: ModelIdentity;
  readonly can: ReadonlySet<ModelCapability>;
  score(
    requests: readonly ScoreRequest[],
    options?: ScoreOptions,
  ): Promise<readonly ScoredContinuation[]>;
  /** Scores of ids, for which a model needs no tokenizer. */
  scoreIds?(requests: readonly IdsRequest[], options?: ScoreOptions): Promise<readonly ScoredIds[]>;
  /** Texts after prompts; conversations need a model that `can` chat. */
  generate?(prompts: readonly Prompt[], options?: GenerateOptions): Promise<readonly Generation[]>;
}
