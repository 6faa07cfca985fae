// Builds with both engines, each a process of its own, in interleaved rounds:
//   build  from the text of the novels to an index in place; tokens a second of the whole
//   sort   from tokens that are there: table, with unigrams and checksums where ours is made
// One core: the process and all it starts are bound to one. All builds of a case must give the same tokens,
// offsets and tables.
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { summarize } from "../evidence.mjs";
import { measureTree } from "./measure-tree.mjs";
import { commands, hashOf, linkTokens } from "./prepare.mjs";

const cases = [
  ...[1, 2].map((cores) => ({ kind: "build", corpus: "eltec-eng", cores })),
  { kind: "build", corpus: "eltec-eng", cores: 2, shards: 2 },
  ...["eltec-eng", "synthetic"].flatMap((corpus) =>
    [1, 2].map((cores) => ({ kind: "sort", corpus, cores })),
  ),
].map((one) => ({ ...one, name: nameOf(one) }));

function nameOf({ kind, corpus, cores, shards }) {
  const parts = shards === undefined ? "" : ` in ${shards} shards`;
  return `${corpus}: ${kind}${parts}, ${cores === 1 ? "1 core" : `${cores} cores`}`;
}

export async function measureBuilds({ work, only, rounds }) {
  const results = [];
  for (const asked of cases.filter(({ name }) => name.includes(only))) {
    const measured = { rote: [], original: [] };
    for (let round = 0; round < rounds; round++)
      for (const engine of ["rote", "original"]) {
        const usage = await measureBuild(engine, asked, work);
        measured[engine].push(usage);
        requireSame(asked.name, [...measured.rote, ...measured.original]);
        console.error(`${asked.name}, ${engine}: ${usage.wall} s, ${usage.peak / 1e6} MB`);
      }
    results.push({ ...asked, entrants: entrantsOf(measured, tokensOf(work, asked)) });
  }
  return results;
}

const tokensOf = (work, { corpus }) => statSync(join(work, `${corpus}-rote/tokenized.0`)).size / 2;

function requireSame(name, builds) {
  const hashes = new Set(builds.map(({ hash }) => hash));
  if (hashes.size > 1) throw new Error(`${name}: the two engines made different files`);
}

async function measureBuild(engine, asked, work) {
  const { cores } = asked;
  const out = resolve(work, "built");
  rmSync(out, { recursive: true, force: true });
  const command = commandOf(engine, { ...asked, out, work });
  const { usage, stdout } = await measureTree([
    ...(cores === 1 ? ["taskset", "-c", "1"] : []),
    ...command,
  ]);
  const names = readdirSync(out).sort();
  const same = names.filter((name) => /^(tokenized|offset|table)\.\d$/.test(name));
  const hash = same.map((name) => `${name} ${hashOf(join(out, name)).slice(0, 12)}`).join(", ");
  const steps = engine === "original" ? JSON.parse(stdout.trim().split("\n").at(-1)) : {};
  const bytes = names.reduce((sum, name) => sum + statSync(join(out, name)).size, 0);
  rmSync(out, { recursive: true });
  return { ...usage, ...steps, bytes, hash };
}

function commandOf(engine, { kind, corpus, cores, shards, out, work }) {
  if (kind === "build")
    return engine === "rote"
      ? [...commands.rote(work, corpus, out, cores, shards), "--quiet"]
      : commands.original(work, corpus, out, cores, shards);
  mkdirSync(out);
  linkTokens(join(work, `${corpus}-rote`), out);
  return engine === "rote" ? commands.roteSort(out) : commands.originalSort(work, out, cores);
}

function entrantsOf(measured, tokens) {
  const digits = (value) => Number(value.toPrecision(4));
  return Object.entries(measured).map(([engine, rounds]) => {
    const medians = summarize(rounds);
    return {
      ...{ engine, tokens, tokensPerSecond: Math.round(tokens / medians.wall) },
      peakBytesPerToken: digits(medians.peak / tokens),
      storedBytesPerToken: digits(medians.bytes / tokens),
      ...{ medians, rounds },
    };
  });
}
