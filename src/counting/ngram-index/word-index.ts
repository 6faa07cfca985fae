/**
 * An index whose tokens are the words of a text policy: phrases as ids, and documents as the corpus
 * knows them.
 */
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";
import type { CorpusIdentity } from "../../corpus/document.ts";
import { givenId } from "../../corpus/records.ts";
import { phraseKey, textPolicy } from "../../text/policies.ts";
import type { TextPolicy } from "../../text/policy.ts";
import { discoverIndex } from "./discover.ts";
import type { IndexDocument } from "./documents.ts";
import { DESCRIPTION_FILE, WORDS_FILE, type IndexDescription } from "./format.ts";
import type { NgramIndex } from "./ngram-index.ts";
import type { SourcePlace } from "./source-texts.ts";
import { WordIds } from "./word-ids.ts";
import { readWordList } from "./word-list.ts";

/** A document of an index, as a search shows it. */
export interface IndexedDocument {
  readonly id: string;
  readonly source: string;
  /** Its words joined by single spaces: the index holds no other text. */
  readonly text: string;
  readonly place: SourcePlace;
}

/** An index of words, as far as its description tells. */
export interface WordIndexDescription {
  readonly directory: string;
  readonly policy: TextPolicy;
  readonly description: IndexDescription;
}

/** What an index of words says of itself. Neither its words nor its tokens are read. */
export async function describeWordIndex(path: string): Promise<WordIndexDescription> {
  const { directory, description } = await discoverIndex(path);
  return requireWords(directory, description);
}

/** The corpus that was indexed, as a scan of it under the same policy identifies it. */
export function indexedIdentity(
  { policy, description }: Pick<WordIndexDescription, "policy" | "description">,
  name: string = description.corpus.name,
): CorpusIdentity {
  const { documents, tokens, corpus } = description;
  return {
    ...{ name, policy: policy.version, files: corpus.files, documents },
    words: tokens - documents,
    bytes: corpus.bytes,
    sha256: corpus.sha256,
    replacedCharacters: corpus.replacedCharacters,
    skipped: corpus.skipped,
  };
}

/** The words of an index. Memory: about 12 bytes a word and two a character. */
export class WordIndex {
  readonly policy: TextPolicy;
  readonly description: IndexDescription;
  readonly #words: WordIds;

  private constructor(policy: TextPolicy, description: IndexDescription, words: WordIds) {
    this.policy = policy;
    this.description = description;
    this.#words = words;
  }

  /** Read the words of an index that was made of words under a policy this version of Rote has. */
  static async open(index: NgramIndex): Promise<WordIndex> {
    const [directory = ""] = index.traits.directories;
    const { policy, description } = requireWords(directory, index.traits.descriptions[0]);
    const path = join(directory, WORDS_FILE);
    // Not a Map, which holds no more than 2²⁴ keys.
    const words = new WordIds();
    for await (const batch of readWordList(path)) for (const word of batch) words.add(word);
    const said = description.tokenizer?.vocabularySize;
    if (words.size !== said)
      throw new RoteError(
        "index/truncated",
        `${path} holds ${words.size} words, but ${DESCRIPTION_FILE} says ${said}; copy it again or build the index again`,
        { path },
      );
    return new WordIndex(policy, description, words);
  }

  /** How many words there are. */
  get size(): number {
    return this.#words.size;
  }

  /** The id of a word as the policy has it; undefined where the corpus lacks it. */
  idOf(word: string): number | undefined {
    return this.#words.find(word);
  }

  /** The word of an id; undefined where there is none. */
  wordOf(id: number): string | undefined {
    return id < this.#words.size ? this.#words.word(id) : undefined;
  }

  /** The ids of a phrase; undefined where one of its words is not in the corpus. */
  idsOf(phrase: string, place: string): Uint32Array | undefined {
    const key = phraseKey(phrase, this.policy, place);
    const ids: number[] = [];
    for (const word of key.split(" ")) {
      const id = this.#words.find(word);
      if (id === undefined) return undefined;
      ids.push(id);
    }
    return Uint32Array.from(ids);
  }

  /** A document with the id and the file that the corpus gave it. */
  describe({ document, tokens, metadata = "{}" }: IndexDocument): IndexedDocument {
    const text = Array.from(tokens, (id) => this.wordOf(id) ?? "").join(" ");
    const line: unknown = JSON.parse(metadata);
    const { path = "", linenum = 0, metadata: fields = {} } = isRecord(line) ? line : {};
    const source = this.description.corpus.folder + String(path);
    const place = { path: String(path), line: Number(linenum) + 1 };
    const given = givenId(isRecord(fields) ? fields.id : undefined);
    if (given !== undefined) return { id: given, source, text, place };
    const isWhole = !this.description.corpus.lines && /\.(?:txt|md)(?:\.[a-z0-9]+)?$/.test(source);
    if (source === "") return { id: String(document), source, text, place };
    return { id: isWhole ? source : `${source}:${place.line}`, source, text, place };
  }
}

/** Its tokens are the words of a policy that this version of Rote has. */
function requireWords(
  directory: string,
  description: IndexDescription | undefined,
): WordIndexDescription {
  if (description?.policy == null || description.tokenizer?.kind !== "words")
    throw new RoteError(
      "index/mismatch",
      `${directory} is no index of words, and only such a one counts phrases as a scan does; build one with rote index build --tokenizer words`,
      { directory },
    );
  const policy = textPolicy(description.policy.replace(/@.*$/, ""));
  if (policy.version !== description.policy)
    throw new RoteError(
      "text/policy-mismatch",
      `${join(directory, DESCRIPTION_FILE)} says its words were made under ${description.policy}, this version of Rote has ${policy.version}; build the index again`,
      { directory, policy: description.policy },
    );
  return { directory, policy, description };
}
