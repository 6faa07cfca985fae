/** The index a study counts from: what it is, and that it was made of the study's files where there are any. */
import { join } from "node:path";
import { RoteError } from "../base/errors.ts";
import { exists, hashFile } from "../base/files.ts";
import type { LongWork } from "../base/progress.ts";
import type { CorpusIdentity } from "../corpus/document.ts";
import type { CorpusFile } from "../corpus/files.ts";
import { hashCorpusFiles } from "../corpus/hash-files.ts";
import { CHECKSUM_FILE } from "../counting/ngram-index/format.ts";
import { describeWordIndex, indexedIdentity } from "../counting/ngram-index/word-index.ts";
import { corpusName, countedIndex, openStudyFiles } from "./corpus-engine.ts";
import type { Study } from "./load-study.ts";

/** An index that pairs were counted from. */
export interface IndexIdentity {
  readonly directory: string;
  readonly policy: string;
  readonly documents: number;
  /** Separators included, one a document. */
  readonly tokens: number;
  /** sha256 of its SHA256SUMS, which holds those of all its files; null where it has none. */
  readonly sha256: string | null;
}

/** The identity of the index that pairs were counted from, kept beside their counts. */
export const indexFile = "index.json";

/** What the index is that the study counts from; undefined where it counts from files. */
export async function identifyIndex(study: Study): Promise<IndexIdentity | undefined> {
  const index = countedIndex(study);
  if (index === undefined) return undefined;
  const { directory, policy, description } = await describeWordIndex(index);
  const sums = join(directory, CHECKSUM_FILE);
  return {
    directory,
    policy: policy.version,
    documents: description.documents,
    tokens: description.tokens,
    sha256: (await exists(sums)) ? await hashFile(sums) : null,
  };
}

/** What can be said of files by their names and sizes, by their bytes, and by their documents. */
type Compared = Pick<CorpusIdentity, "files" | "bytes" | "sha256" | "documents" | "words">;

/** Where a study has files and an index, refuse them if they are read otherwise, or their number or size is another. */
export async function refuseOtherFiles(study: Study): Promise<void> {
  const files = await indexedFiles(study);
  if (files === undefined) return;
  await refuseOtherReading(study);
  const bytes = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
  await refuseOtherCorpus(study, { files: files.length, bytes });
}

/** Where a study has files and an index, read the files and refuse them if their bytes are not the indexed ones. */
export async function refuseOtherBytes(study: Study, work: LongWork): Promise<void> {
  const files = await indexedFiles(study);
  if (files === undefined) return;
  await refuseOtherCorpus(study, { sha256: await hashCorpusFiles(files, work) });
}

/** The texts of the files must be those that were indexed. */
async function refuseOtherReading(study: Study): Promise<void> {
  const index = countedIndex(study) ?? "";
  const { corpus: indexed } = (await describeWordIndex(index)).description;
  for (const key of ["field", "lines"] as const) {
    const found = study.corpus[key];
    // Indexes of earlier versions do not say the field.
    if (indexed[key] === undefined || indexed[key] === found) continue;
    throw new RoteError(
      "index/mismatch",
      `the index ${index} was built with ${key} ${indexed[key]}, and the study reads its files with ${found}; set corpus.${key} to ${indexed[key]}, or build the index again`,
      { index, key, indexed: indexed[key], found },
    );
  }
}

/** The files of a study that has an index of them too. */
async function indexedFiles(study: Study): Promise<readonly CorpusFile[] | undefined> {
  return countedIndex(study) === undefined ? undefined : (await openStudyFiles(study))?.files;
}

/** Where a study counts from an index, refuse files that it was not made of. Only what is given is compared. */
export async function refuseOtherCorpus(study: Study, files: Partial<Compared>): Promise<void> {
  const index = countedIndex(study);
  if (index === undefined) return;
  const indexed = indexedIdentity(await describeWordIndex(index));
  const keys = ["files", "bytes", "sha256", "documents", "words"] as const;
  const key = keys.find((name) => files[name] !== undefined && files[name] !== indexed[name]);
  if (key === undefined) return;
  const isReading = key === "documents" || key === "words";
  throw new RoteError(
    "index/mismatch",
    `the index ${index} and the files of ${corpusName(study)} are not one corpus: ${key} ${indexed[key]} in the index, ${files[key]} in the files; ` +
      (isReading
        ? "the index was built of other documents of these files (--where, --field, --skip-malformed); build it of all that the study reads"
        : "build the index again from these files, or leave out corpus.files or corpus.index"),
    { index, key, indexed: indexed[key], found: files[key] },
  );
}
