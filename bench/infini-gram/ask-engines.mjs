// Asks the engines the questions of a table in interleaved rounds.
import { existsSync } from "node:fs";
import { deepStrictEqual } from "node:assert";
import { join } from "node:path";
import { median } from "../measure-process.mjs";
import { startEngine } from "./engines.mjs";
import { callersOf, coresOf, tables } from "./tables.mjs";

/** A round asks a file again until it took so long. */
const LEAST_SECONDS = 0.2;

/** Results of the cases of a table; an engine is started once, with all cases. */
export async function askEngines(table, { work, corpus, only, rounds, memory = true }) {
  const cases = tables[table]
    .filter(({ name }) => name.includes(only))
    .filter(({ file }) => existsSync(join(work, "queries", corpus, file)));
  const started = new Map();
  const engines = new Set(cases.flatMap(({ entrants }) => entrants.map(({ engine }) => engine)));
  for (const engine of engines) {
    const callers = [];
    for (let i = 0; i < callersOf(table); i++)
      callers.push(await startEngine(engine, { work, corpus, memory, cores: coresOf(table) }));
    started.set(engine, callers);
  }
  const results = [];
  try {
    for (const asked of cases)
      results.push(
        await askCase(asked, started, { folder: join(work, "queries", corpus), rounds }),
      );
  } finally {
    for (const callers of started.values()) for (const { stop } of callers) stop();
  }
  return results.map((result) => ({ corpus, ...result, name: `${corpus}: ${result.name}` }));
}

async function askCase({ name, file, entrants }, started, { folder, rounds }) {
  const path = join(folder, file);
  const measured = [];
  for (const entrant of entrants) {
    const callers = started.get(entrant.engine);
    const first = await Promise.all(callers.map((one) => one.ask(entrant.work, path, "answers")));
    const { seconds } = await callers[0].ask(entrant.work, path);
    const [{ answers, sum }] = first;
    measured.push({ ...entrant, callers, answers, sum, passes: passesOf(seconds), rounds: [] });
  }
  requireEqual(name, measured);
  for (let round = 0; round < rounds; round++)
    for (const one of measured) one.rounds.push(await askRound(one, path, name));
  const questions = measured[0].answers.length;
  const results = measured.map((one) => summaryOf(one, questions));
  for (const result of results) {
    result.ratio = Number((result.microseconds / results[0].microseconds).toPrecision(3));
    console.error(`${name}: ${result.engine} ${result.work} ${result.microseconds} µs`);
  }
  return { name, file, questions, entrants: results };
}

const passesOf = (seconds) => Math.max(1, Math.ceil(LEAST_SECONDS / seconds));

function requireEqual(name, measured) {
  const [first, ...rest] = measured.filter(({ others }) => others !== true);
  for (const other of rest)
    deepStrictEqual(other.answers, first.answers, `${name}: ${other.engine} answers differently`);
}

/** Seconds of one pass, callers at the same time; the sum of the answers is the one of the first pass. */
async function askRound({ callers, work, passes, sum }, path, name) {
  const start = performance.now();
  const asked = callers.map(async ({ ask }) => {
    let total = 0;
    for (let pass = 0; pass < passes; pass++) {
      const answer = await ask(work, path);
      if (answer.sum !== sum)
        throw new Error(`${name}: ${work} answers ${answer.sum}, then ${sum}`);
      total += answer.seconds;
    }
    return total;
  });
  const seconds = Math.max(...(await Promise.all(asked))) / passes;
  return callers.length === 1 ? seconds : (performance.now() - start) / 1000 / passes;
}

function summaryOf({ engine, work, others, passes, rounds, callers, sum }, questions) {
  const each = rounds.map((seconds) => (1e6 * seconds) / questions / callers.length);
  const microseconds = Number(median(each).toPrecision(4));
  return {
    ...{ engine, work, ...(others === true ? { others } : {}), microseconds },
    perSecond: Math.round(1e6 / microseconds),
    best: Number(Math.min(...each).toPrecision(4)),
    ...{ passes, sum, rounds: each.map((value) => Number(value.toPrecision(4))) },
  };
}
