/** Plain text and Markdown: a file is a document, or each of its lines is. */
import type { Document } from "./document.ts";
import type { FileReading } from "./jsonl.ts";
import { readLines, readWhole } from "./lines.ts";

/** The whole file as one document, named by its path; a file of no bytes is none. Holds the document in memory. */
export async function* readTextDocument({
  path,
  bytes,
  tally,
}: FileReading): AsyncGenerator<Document[]> {
  const text = await readWhole(path, bytes, tally);
  if (text === "") tally.emptyLines += 1;
  else yield [{ id: path, text, source: path }];
}

/** A document a line, named FILE:LINE. Blank lines are counted and hold no document. */
export async function* readLineDocuments({
  path,
  bytes,
  tally,
}: FileReading): AsyncGenerator<Document[]> {
  for await (const { firstLine, lines } of readLines(path, bytes, tally)) {
    const documents: Document[] = [];
    lines.forEach((text, i) => {
      if (text.trim() === "") tally.emptyLines += 1;
      else documents.push(lineDocument(path, firstLine + i, text));
    });
    yield documents;
  }
}

function lineDocument(path: string, line: number, text: string): Document {
  return { id: `${path}:${line}`, text, source: path, origin: { line, record: {} } };
}
