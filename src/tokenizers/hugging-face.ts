/**
 * Tokenizers that our own BPE does not cover (SentencePiece, Unigram, WordPiece, other rules), run
 * by the native package `tokenizers`.
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
import { RoteError } from "../base/errors.ts";
import type { SpecialIds } from "./byte-level-bpe.ts";
import type { HuggingFaceAnswer, HuggingFaceQuestion } from "./hugging-face-worker.ts";
import type { Encoding, Tokenizer, TokenizerIdentity } from "./tokenizer.ts";

/** Open a tokenizer.json in the native package; `whyForeign` says why we do not run it ourselves. */
export async function openHuggingFace(
  json: Readonly<Record<string, unknown>>,
  path: string,
  whyForeign: string,
  identity: Pick<TokenizerIdentity, "name" | "sha256">,
  special: SpecialIds,
): Promise<Tokenizer> {
  const channel = new MessageChannel();
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL("./hugging-face-worker.js", import.meta.url), {
    workerData: { content: JSON.stringify(json), port: channel.port2, flag },
    transferList: [channel.port2],
  });
  const vocabularySize = await new Promise<number>((resolve, reject) => {
    worker.once("message", ({ error, size }: { error?: string; size: number }) => {
      if (error === undefined) resolve(size);
      else reject(unsupported(path, whyForeign, error));
    });
    worker.once("error", reject);
  });
  worker.unref();
  return new HuggingFaceTokenizer(
    (question) => ask(channel.port1, flag, question),
    { ...identity, method: "tokenizers (Hugging Face)", vocabularySize },
    special,
  );
}

class HuggingFaceTokenizer implements Tokenizer {
  readonly identity: TokenizerIdentity;
  readonly vocabularySize: number;
  readonly beginningOfSequence: number | undefined;
  readonly endOfText: number | undefined;
  readonly #ask: (question: HuggingFaceQuestion) => HuggingFaceAnswer;

  constructor(
    ask: (question: HuggingFaceQuestion) => HuggingFaceAnswer,
    identity: TokenizerIdentity,
    special: SpecialIds,
  ) {
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
    `${path} has a ${whyForeign}, which needs the optional package "tokenizers" (npm install tokenizers): ${cause}`,
    { path, whyForeign },
  );
}
