/** The thread that holds a native tokenizer; see hugging-face.ts. Nothing else imports the package. */
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { messageOf } from "../base/errors.ts";

export type HuggingFaceQuestion = { readonly text: string } | { readonly ids: readonly number[] };

export interface HuggingFaceAnswer {
  readonly ids: Int32Array;
  /** Two entries a token: start and end in code points. */
  readonly offsets: Int32Array;
  readonly text: string;
  readonly error?: string;
}

interface Start {
  readonly content: string;
  readonly port: MessagePort;
  readonly flag: Int32Array;
}

const { content, port, flag } = workerData as Start;

try {
  const library = await import("tokenizers").catch(() => undefined);
  if (library === undefined) parentPort?.postMessage({ isMissing: true });
  else start(library);
} catch (error) {
  parentPort?.postMessage({ error: messageOf(error) });
}

function start({ Tokenizer }: typeof import("tokenizers")): void {
  const tokenizer = Tokenizer.fromString(content);
  tokenizer.disableTruncation();
  tokenizer.disablePadding();
  const answer = async (question: HuggingFaceQuestion): Promise<Partial<HuggingFaceAnswer>> => {
    if ("ids" in question) return { text: await tokenizer.decode([...question.ids], false) };
    const encoding = await tokenizer.encode(question.text, null, { addSpecialTokens: false });
    return {
      ids: Int32Array.from(encoding.getIds()),
      offsets: Int32Array.from(encoding.getOffsets().flat()),
    };
  };
  port.on("message", (question: HuggingFaceQuestion) => {
    void answer(question)
      .catch((error: unknown) => ({ error: messageOf(error) }))
      .then((message) => {
        port.postMessage(message);
        Atomics.store(flag, 0, 1);
        Atomics.notify(flag, 0);
      });
  });
  const ids = Object.values(tokenizer.getVocab(true));
  parentPort?.postMessage({ size: ids.reduce((most, id) => Math.max(most, id), -1) + 1 });
}
