/**
 * What a folder says about making vectors of texts, as the library sentence-transformers stores it:
 *
 *   modules.json                       the parts in order; without it mean pooling
 *   sentence_bert_config.json          max_seq_length, do_lower_case
 *   config_sentence_transformers.json  prompts: what is put before queries and passages
 *   1_Pooling/config.json              how tokens become one vector
 *   2_Dense/                           a layer on that vector, with weights of its own
 *
 * Vectors are scaled to length 1 whether or not there is a Normalize part.
 */
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists, readJson, readJsonObject } from "../../base/files.ts";
import { isRecord } from "../../base/json.ts";
import { ConfigEntries } from "../families/config-entries.ts";
import type { Pooling } from "./pooling.ts";

/** What is put before a text, by what the text is for; `none` where that is not said. */
export interface Prefixes {
  readonly query: string;
  readonly passage: string;
  readonly none: string;
}

/** How a folder's encoder makes a vector of a text. */
export interface Recipe {
  /** Holds config.json, tokenizer.json and the encoder's weights. */
  readonly folder: string;
  /** Folders of dense layers, in order. */
  readonly denseFolders: readonly string[];
  readonly pooling: readonly Pooling[];
  /** Components of a hidden state, where the pooling part says it. */
  readonly pooledSize?: number;
  readonly maximumLength?: number;
  readonly lowerCase: boolean;
  readonly prefixes: Prefixes;
  /** Names the pooling in errors. */
  readonly source: string;
}

/** Read the recipe of a folder; `name` is what the model in it is called. */
export async function readRecipe(root: string, name: string): Promise<Recipe> {
  const { folder, pooling, denseFolders } = await readModules(root);
  const settings = await entriesOf(join(folder, "sentence_bert_config.json"));
  const maximumLength = settings.optionalSize("max_seq_length");
  return {
    folder,
    denseFolders,
    ...(pooling === undefined ? { pooling: ["mean"], source: folder } : await readPooling(pooling)),
    ...(maximumLength === undefined ? {} : { maximumLength }),
    lowerCase: settings.flag("do_lower_case", false),
    prefixes: await readPrefixes(root, folder, name),
  };
}

interface Modules {
  readonly folder: string;
  readonly pooling: string | undefined;
  readonly denseFolders: readonly string[];
}

async function readModules(root: string): Promise<Modules> {
  const path = join(root, "modules.json");
  if (!(await exists(path))) return { folder: root, pooling: undefined, denseFolders: [] };
  const modules = parseModules(await readJson(path), path);
  const at = (kind: string): string[] =>
    modules.filter((module) => module.kind === kind).map((module) => join(root, module.folder));
  const order = modules.map(({ kind }) => kind).join(" ");
  if (!/^Transformer Pooling( Dense)*( Normalize)?$/.test(order))
    throw new RoteError(
      "model/unsupported",
      `${path} lists the parts ${order}; supported are Transformer, Pooling, any number of Dense, and Normalize, in this order`,
      { path, order },
    );
  return { folder: at("Transformer")[0]!, pooling: at("Pooling")[0], denseFolders: at("Dense") };
}

/** Types are Python classes, whose modules have moved over time. */
function parseModules(value: unknown, path: string): { kind: string; folder: string }[] {
  if (Array.isArray(value) && value.every(isRecord)) {
    const modules = value.map(({ type, path: folder }) => ({ type, folder }));
    if (modules.every(({ type, folder }) => typeof type === "string" && isInside(folder)))
      return modules.map(({ type, folder }) => ({
        kind: (type as string).split(".").at(-1)!,
        folder: folder as string,
      }));
  }
  throw new RoteError(
    "model/malformed",
    `${path} must be a list of parts, each with a type and the name of a folder beside it`,
    { path },
  );
}

function isInside(folder: unknown): boolean {
  return typeof folder === "string" && !/^[/\\]|(^|[/\\])\.\.([/\\]|$)/.test(folder);
}

const modes: Readonly<Record<string, Pooling>> = {
  cls: "cls",
  max: "max",
  mean: "mean",
  mean_sqrt_len_tokens: "mean-sqrt",
};

/** Several modes are joined in this order. */
const flags: readonly (readonly [key: string, mode: Pooling])[] = [
  ["pooling_mode_cls_token", "cls"],
  ["pooling_mode_max_tokens", "max"],
  ["pooling_mode_mean_tokens", "mean"],
  ["pooling_mode_mean_sqrt_len_tokens", "mean-sqrt"],
];

async function readPooling(
  folder: string,
): Promise<Pick<Recipe, "pooling" | "pooledSize" | "source">> {
  const path = join(folder, "config.json");
  const json = await readJsonObject(path);
  const config = new ConfigEntries(json, path);
  if (!config.flag("include_prompt", true))
    config.fail("include_prompt false is not supported: prompts would be left out of the mean");
  const known = new Map(flags);
  for (const [key, value] of Object.entries(json))
    if (key.startsWith("pooling_mode_") && value !== false && !known.has(key))
      config.fail(`${key} is not supported; only ${[...known.keys()].join(", ")} are`);
  const chosen = flags.filter(([key]) => config.flag(key, false)).map(([, mode]) => mode);
  const byName = config.has("pooling_mode") || !flags.some(([key]) => config.has(key));
  const pooling = byName ? namedModes(config) : chosen;
  if (pooling.length === 0) config.fail("no pooling mode is true");
  const pooledSize = config.optionalSize(["word_embedding_dimension", "embedding_dimension"]);
  return { pooling, source: path, ...(pooledSize === undefined ? {} : { pooledSize }) };
}

/** `pooling_mode`: one name, or a list of those that are joined (sentence-transformers 6). */
function namedModes(config: ConfigEntries): readonly Pooling[] {
  const value = config.get("pooling_mode");
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  return names.map((name) =>
    new ConfigEntries({ pooling_mode: name }, config.path).choice("pooling_mode", modes, "mean"),
  );
}

const e5Name = /(^|[^a-z0-9])e5($|[^a-z0-9])/i;

/** E5 asks for these before every text, and for the query's where neither role fits; its folders do not say so. */
const e5: Prefixes = { query: "query: ", passage: "passage: ", none: "query: " };

async function readPrefixes(root: string, folder: string, name: string): Promise<Prefixes> {
  const settings = await entriesOf(join(root, "config_sentence_transformers.json"));
  const prompts = settings.section("prompts");
  const prompt = (names: readonly string[]): string | undefined => {
    const value = prompts.get(names);
    return typeof value === "string" ? value : undefined;
  };
  const [query, passage] = [prompt(["query"]), prompt(["passage", "document"])];
  if (query !== undefined || passage !== undefined) {
    const usual = settings.get("default_prompt_name");
    const none = typeof usual === "string" ? (prompt([usual]) ?? "") : "";
    return { query: query ?? "", passage: passage ?? "", none };
  }
  const origin = (await entriesOf(join(folder, "config.json"))).get("_name_or_path");
  const isE5 = [name, typeof origin === "string" ? origin : ""].some((each) => e5Name.test(each));
  return isE5 ? e5 : { query: "", passage: "", none: "" };
}

async function entriesOf(path: string): Promise<ConfigEntries> {
  return new ConfigEntries((await exists(path)) ? await readJsonObject(path) : {}, path);
}
