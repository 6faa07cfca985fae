import { writeCorpus } from "./fixtures.ts";
import { freshDirectory, rote } from "./rote.ts";

export interface SmallIndexes extends Disposable {
  readonly words: string;
  readonly bytes: string;
}

/** Indexes of the three documents of `writeCorpus`, of their words and of their bytes. */
export async function buildSmallIndexes(): Promise<SmallIndexes> {
  const scratch = freshDirectory();
  const corpus = writeCorpus(scratch.path);
  const build = async (tokenizer: string): Promise<string> => {
    const out = scratch.in(tokenizer);
    const flags = ["--corpus", corpus, "--out", out, "--tokenizer", tokenizer];
    const { code, stderr } = await rote(["index", "build", ...flags]);
    if (code !== 0) throw new Error(stderr);
    return out;
  };
  const [words, bytes] = await Promise.all(["words", "bytes"].map(build));
  return {
    words: words!,
    bytes: bytes!,
    [Symbol.dispose]() {
      scratch[Symbol.dispose]();
    },
  };
}
