/**
 * Tokenizers that our own BPE does not cover (SentencePiece, Unigram, WordPiece, other rules), run
 * by the native package `tokenizers`, or by `@huggingface/tokenizers` where that is not installed.
 *
 * The post-processor is left out: it would add tokens, and trim spaces from offsets. So are the
 * truncation and padding that files of sentence encoders ask for: a text has all its tokens.
 *
 * The package answers through promises and `Tokenizer` is synchronous, so it lives in a worker: a
 * call posts its question and sleeps on a shared flag until the answer is in the port.
 */
import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
} from "node:worker_threads";
import { messageOf, RoteError } from "../base/errors.ts";
import type { SpecialIds } from "./byte-level-bpe.ts";
import { openInJavaScript } from "./hugging-face-js.ts";
import type { HuggingFaceAnswer, HuggingFaceQuestion } from "./hugging-face-worker.ts";
import type { Encoding, Tokenizer, TokenizerIdentity } from "./tokenizer.ts";

/** Where the native package is to be used; "javascript" is for tests. */
export type Engine = "native" | "javascript";

/** Open a tokenizer.json in a library; `whyForeign` says why we do not run it ourselves. */
export async function openHuggingFace(
  json: Readonly<Record<string, unknown>>,
  path: string,
  whyForeign: string,
  identity: Pick<TokenizerIdentity, "name" | "sha256">,
  special: SpecialIds,
  engine: Engine = "native",
): Promise<Tokenizer> {
  const content = { ...json, post_processor: null, truncation: null, padding: null };
  const refuse = (cause: string): RoteError => unsupported(path, whyForeign, cause);
  const native = engine === "native" ? await openNative(content, refuse) : undefined;
  if (native === undefined)
    return openInJavaScript(content, identity, special).catch((error: unknown) => {
      throw refuse(messageOf(error));
    });
  const { vocabularySize, ask } = native;
  const method = "tokenizers (Hugging Face)";
  return new HuggingFaceTokenizer(ask, { ...identity, method, vocabularySize }, special);
}

type Ask = (question: HuggingFaceQuestion) => HuggingFaceAnswer;

/** What the worker says when it has begun. */
interface Started {
  readonly isMissing?: boolean;
  readonly error?: string;
  readonly size: number;
}

/** A thread with the native tokenizer; undefined where the package is not installed. */
async function openNative(
  content: object,
  refuse: (cause: string) => RoteError,
): Promise<{ readonly vocabularySize: number; readonly ask: Ask } | undefined> {
  const channel = new MessageChannel();
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL("./hugging-face-worker.js", import.meta.url), {
    workerData: { content: JSON.stringify(content), port: channel.port2, flag },
    transferList: [channel.port2],
  });
  const started = await new Promise<Started>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  if (started.isMissing === true) return undefined;
  if (started.error !== undefined) throw refuse(started.error);
  worker.unref();
  const answer: Ask = (question) => ask(channel.port1, flag, question);
  return { vocabularySize: started.size, ask: answer };
}

class HuggingFaceTokenizer implements Tokenizer {
  readonly identity: TokenizerIdentity;
  readonly vocabularySize: number;
  readonly beginningOfSequence: number | undefined;
  readonly endOfText: number | undefined;
  readonly #ask: Ask;

  constructor(ask: Ask, identity: TokenizerIdentity, special: SpecialIds) {
    this.#ask = ask;
    this.identity = identity;
    this.vocabularySize = identity.vocabularySize;
    this.beginningOfSequence = special.beginningOfSequence;
    this.endOfText = special.endOfText;
  }

  encode(text: string): Int32Array {
    return this.#ask({ text }).ids;
  }

  encodeWithOffsets(text: string): Encoding {
    const { ids, offsets } = this.#ask({ text });
    return { ids, offsets: unitsOfCodePoints(text, offsets) };
  }

  decode(ids: ArrayLike<number>): string {
    return this.#ask({ ids: Array.from(ids) }).text;
  }
}

function ask(
  port: MessagePort,
  flag: Int32Array,
  question: HuggingFaceQuestion,
): HuggingFaceAnswer {
  Atomics.store(flag, 0, 0);
  port.postMessage(question);
  Atomics.wait(flag, 0, 0);
  const received: { readonly message: unknown } | undefined = receiveMessageOnPort(port);
  const answer = received?.message as HuggingFaceAnswer | undefined;
  const error = answer === undefined ? "no answer from its thread" : answer.error;
  if (answer === undefined || error !== undefined)
    throw new RoteError("internal", `tokenizers failed: ${error ?? ""}`);
  return answer;
}

/** The package counts code points; we count UTF-16 units. */
function unitsOfCodePoints(text: string, offsets: Int32Array): Int32Array {
  if (!/[\ud800-\udfff]/.test(text)) return offsets;
  const units: number[] = [];
  let unit = 0;
  for (const character of text) {
    units.push(unit);
    unit += character.length;
  }
  units.push(unit);
  return offsets.map((offset) => units[offset]!);
}

function unsupported(path: string, whyForeign: string, cause: string): RoteError {
  return new RoteError(
    "tokenizer/unsupported",
    `${path} has a ${whyForeign}, which neither our own byte-level BPE nor Hugging Face's libraries run: ${cause}`,
    { path, whyForeign },
  );
}
