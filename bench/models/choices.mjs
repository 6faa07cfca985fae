/**
 * The four choices of a question scored together against four separate calls, and transformers with
 * the four in a padded batch, on MMLU:
 *
 *   ROTE_PYTHON=…/python node bench/models/choices.mjs [--model 70m] [--questions 24] [--rounds 3] [--threads 2] [--out bench/runs/DATE-MACHINE]
 *
 * "short": the question, and the text of each choice. "five shots": five questions with answers
 * before it, and the letters. "five texts": the same, and the text of each choice. One call a question.
 */
import { readdirSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parse } from "csv-parse/sync";
import { printTable } from "../evidence.mjs";
import { compareSides, tableRows, withModel, writeSides } from "./request-sides.mjs";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "70m" },
    questions: { type: "string", default: "24" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: "2" },
    out: { type: "string" },
  },
});
const [count, rounds, threads] = ["questions", "rounds", "threads"].map((name) =>
  Number(values[name]),
);
const folder = "../shared/data/tasks/mmlu";
const letters = ["A", "B", "C", "D"];

const read = (path) =>
  parse(readFileSync(`${folder}/${path}`, "utf8"), { relax_column_count: true });
const asked = ([question, ...choices]) =>
  `${question.trim()}\n${letters.map((letter, i) => `${letter}. ${choices[i]}\n`).join("")}Answer:`;

/** The first questions of subjects all over the alphabet, with the five examples of their subjects. */
function questionsOf(total) {
  const subjects = readdirSync(`${folder}/test`).sort();
  return Array.from({ length: total }, (_, i) => {
    const file = subjects[Math.floor((i * subjects.length) / total)];
    const shots = read(`dev/${file.replace("_test", "_dev")}`).map(
      (row) => `${asked(row)} ${row[5]}\n\n`,
    );
    return { row: read(`test/${file}`)[0], shots: shots.join("") };
  });
}

const kinds = {
  short: ({ row: [question, ...choices] }) =>
    letters.map((_, i) => ({
      context: `Question: ${question.trim()}\nAnswer:`,
      continuation: ` ${choices[i]}`,
    })),
  "five shots": ({ row, shots }) =>
    letters.map((letter) => ({ context: shots + asked(row), continuation: ` ${letter}` })),
  "five texts": ({ row, shots }) =>
    letters.map((_, i) => ({ context: shots + asked(row), continuation: ` ${row[i + 1]}` })),
};

const questions = questionsOf(count);
const results = [];
await withModel(values.model, async (model) => {
  for (const [kind, requestsOf] of Object.entries(kinds)) {
    const groups = questions.map(requestsOf);
    const sides = {
      together: { groups },
      separately: { groups: groups.flat().map((request) => [request]) },
      transformers: { groups, torch: 4 },
    };
    results.push({ kind, ...(await compareSides(model, sides, { rounds, threads })) });
  }
});
printTable(results.flatMap((result) => tableRows(result.kind, result)));
writeSides(values.out, "choices", { model: values.model, questions: count, threads, results });
