import { writeFileSync } from "node:fs";
import { join } from "node:path";

export const documents = [
  { id: "d1", text: "To be, or not to be: that is the question.", lang: "eng" },
  { id: "d2", text: "Sein oder Nichtsein; das ist hier die Frage.", lang: "deu" },
  { id: "d3", text: "be or not — to be or not to be", lang: "eng" },
];

/** Write three documents as JSON lines; the path. */
export function writeCorpus(directory: string, name = "corpus.jsonl"): string {
  const path = join(directory, name);
  writeFileSync(path, documents.map((document) => `${JSON.stringify(document)}\n`).join(""));
  return path;
}
