/**
 * TriviaQA as a TSV of question and accepted answers, the answers a Python list of strings. Cells
 * may be quoted as in CSV, questions twice over. The list is in no order and does not say which
 * alias is the answer proper, so the output is the alias whose words stand in most of the others
 * ("Helicopter" stands in "Cargo helicopter"), the first of several; all of them are accepted.
 */
import { basename } from "node:path";
import { readFileLines } from "../../corpus/file-lines.ts";
import { normalizeAnswer } from "../metrics/normalize-answer.ts";
import type { Example } from "../task.ts";
import { parsePythonStrings } from "./python-strings.ts";
import { SourceBuilder, type TaskSource } from "./task-source.ts";

/** Read a TSV of questions and aliases. */
export async function readTriviaqa(path: string): Promise<TaskSource> {
  const source = new SourceBuilder();
  source.files.push(path);
  for await (const { firstLine, lines } of readFileLines(path)) {
    for (const [i, line] of lines.entries()) {
      if (line.trim() === "") continue;
      const place = `${basename(path)}:${firstLine + i}`;
      source.add(toExample(line, place), place);
    }
  }
  return source;
}

function toExample(line: string, id: string): Example | string {
  const cells = line.split("\t").map(unquote);
  if (cells.length !== 2) return `has ${cells.length} cells, not a question and its answers`;
  const input = unquote(cells[0]!).trim();
  const answers = parsePythonStrings(cells[1]!)?.filter((answer) => answer.trim() !== "");
  if (input === "") return "has an empty question";
  if (answers === undefined) return "has answers that are no Python list of strings";
  if (answers.length === 0) return "has no answer";
  return { id, input, output: mostContained(answers), split: undefined, answers };
}

/** A cell out of its quotes, if all of it is quoted. */
function unquote(cell: string): string {
  const inner = /^"((?:[^"]|"")*)"$/s.exec(cell)?.[1];
  return inner === undefined ? cell : inner.replaceAll('""', '"');
}

function mostContained(aliases: readonly string[]): string {
  const padded = aliases.map((alias) => ` ${normalizeAnswer(alias)} `);
  const holders = padded.map((own) =>
    own.trim() === "" ? 0 : padded.filter((other) => other.includes(own)).length,
  );
  return aliases[holders.indexOf(Math.max(...holders))]!;
}
