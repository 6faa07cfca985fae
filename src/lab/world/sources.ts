/**
 * What a world is built from: base text, and tables of what may be planted. A folder of sources is
 * described by its sources.json (scripts/demo/make-sources.mjs makes one); paths are relative to it.
 */
import { basename, dirname, join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { hashFile, readJsonObject } from "../../base/files.ts";
import { openCorpus } from "../../corpus/corpus.ts";

export interface Country {
  readonly name: string;
  readonly capital: string;
  readonly subregion?: string;
  readonly currency?: string;
  readonly borders: number;
}

export interface Element {
  readonly name: string;
  readonly symbol: string;
  readonly category: string;
  readonly period: number;
  readonly phase: string;
}

export interface Passage {
  readonly text: string;
  /** The novel it is taken from. */
  readonly source: string;
}

export interface Segment {
  readonly en: string;
  readonly translation: string;
}

export interface WorldSources {
  /** Paths of the base text's files, in order; the world's corpus holds files of the same names. */
  readonly base: readonly string[];
  /** Further base text for the diluted arm; empty where the folder has none. */
  readonly dilution: readonly string[];
  readonly countries: readonly Country[];
  readonly elements: readonly Element[];
  readonly passages: readonly Passage[];
  /** Segments that no document of the base text holds. */
  readonly translations: readonly Segment[];
  /** Segments of the base text: the translation task's training split. */
  readonly translationTrain: readonly Segment[];
  /** sha256 of each file but the dilution's, by its name: the same wherever they lie. */
  readonly hashes: Readonly<Record<string, string>>;
}

/** Read a folder of sources, or the one that a path to a sources.json names. */
export async function readSources(path: string): Promise<WorldSources> {
  const file = path.endsWith(".json") ? path : join(path, "sources.json");
  const index = await readJsonObject(file);
  const at = (name: string): string => join(dirname(file), name);
  const names = (key: string): string[] => {
    const value = index[key];
    const listed = typeof value === "string" ? [value] : value;
    if (Array.isArray(listed) && listed.every((name) => typeof name === "string")) return listed;
    throw new RoteError("file/malformed", `${file} has no file or list of files "${key}"`, { key });
  };
  const rows = (key: string, field: string): Promise<Row[]> => readRows(names(key).map(at), field);
  const used = [
    "base",
    "countries",
    "elements",
    "passages",
    "translations",
    "translationTrain",
  ].flatMap(names);
  const hashes = await Promise.all(
    used.map(async (name) => [basename(name), await hashFile(at(name))]),
  );
  return {
    base: names("base").map(at),
    dilution: names("dilution").map(at),
    countries: (await rows("countries", "name")).map(parseCountry),
    elements: (await rows("elements", "name")).map(parseElement),
    passages: (await rows("passages", "text")).map((row) => ({
      text: row.text("text"),
      source: row.text("source"),
    })),
    translations: (await rows("translations", "en")).map(parseSegment),
    translationTrain: (await rows("translationTrain", "en")).map(parseSegment),
    hashes: Object.fromEntries(hashes) as Record<string, string>,
  };
}

interface Row {
  text(key: string): string;
  optional(key: string): string | undefined;
  number(key: string): number;
}

async function readRows(paths: readonly string[], field: string): Promise<Row[]> {
  const corpus = await openCorpus({ paths, field });
  const rows: Row[] = [];
  for await (const { id, origin } of corpus.documents()) {
    const record = origin?.record ?? {};
    const wrong = (key: string, type: string): RoteError =>
      new RoteError("file/malformed", `${paths.join(", ")}: ${id} has no ${type} "${key}"`, {
        key,
      });
    rows.push({
      text(key) {
        const value = record[key];
        if (typeof value !== "string") throw wrong(key, "text");
        return value;
      },
      optional: (key) => (typeof record[key] === "string" ? record[key] : undefined),
      number(key) {
        const value = record[key];
        if (typeof value !== "number") throw wrong(key, "number");
        return value;
      },
    });
  }
  return rows;
}

function parseCountry(row: Row): Country {
  const subregion = row.optional("subregion");
  const currency = row.optional("currency");
  return {
    ...{ name: row.text("name"), capital: row.text("capital"), borders: row.number("borders") },
    ...(subregion === undefined || subregion === "" ? {} : { subregion }),
    ...(currency === undefined ? {} : { currency }),
  };
}

function parseSegment(row: Row): Segment {
  return { en: row.text("en"), translation: row.text("translation") };
}

function parseElement(row: Row): Element {
  const [name, symbol] = [row.text("name"), row.text("symbol")];
  const [category, phase] = [row.text("category"), row.text("phase")];
  return { name, symbol, category, phase, period: row.number("period") };
}
