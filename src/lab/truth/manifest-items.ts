/** The items of a world as its manifest lists them: all that truth and calibration know of a world. */
import { messageOf, RoteError } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";
import { readFileLines } from "../../corpus/file-lines.ts";

/** What a model is asked, and the part that it is to recall. */
export interface Asked {
  readonly context: string;
  /** As it follows the context, so it begins with a space as a rule. */
  readonly target: string;
}

/** A row of manifest.jsonl, with the columns that are read here. */
export interface ManifestItem extends Asked {
  readonly item: string;
  readonly kind: string;
  /** The exact phrase whose document frequency is `dose`. */
  readonly text: string;
  readonly dose: number;
  /** Where in training its documents stand, from 0 to 1, ascending. */
  readonly positions?: readonly number[];
  /** What a subset of the corpus holds as a whole, or not at all. */
  readonly group: string;
  /** Whether the timing arms move its documents. */
  readonly timed: boolean;
  /** "memory", "rule" or "mixed": what answers it by construction. */
  readonly construction?: string;
  readonly choices?: readonly string[];
  /** The question and the answer as phrases. */
  readonly a?: string;
  readonly b?: string;
  /** Documents that give any answer to `a`. */
  readonly total?: number;
  /** P(b|a) as planted; null where nothing holds `a`. */
  readonly probability?: number | null;
  /** The same asked in other words. */
  readonly paraphrase?: Asked;
  /** The two items that together answer this one. */
  readonly hops?: readonly string[];
}

/** Read a manifest; a line that is no item names file and line. */
export async function readManifestItems(path: string): Promise<ManifestItem[]> {
  const items: ManifestItem[] = [];
  const names = new Set<string>();
  for await (const { firstLine, lines } of readFileLines(path))
    for (const [index, line] of lines.entries()) {
      if (line === "") continue;
      const where = `${path}:${firstLine + index}`;
      const item = parseItem(line, where);
      if (names.has(item.item)) throw malformed(where, `lists ${item.item} a second time`);
      names.add(item.item);
      items.push(item);
    }
  if (items.length === 0) throw malformed(path, "lists no items");
  return items;
}

function parseItem(line: string, where: string): ManifestItem {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (error) {
    throw malformed(where, `is not JSON (${messageOf(error)})`);
  }
  if (!isRecord(row)) throw malformed(where, "holds no JSON object");
  for (const key of ["item", "kind", "text", "group", "context", "target"])
    if (typeof row[key] !== "string") throw malformed(where, `has no string field "${key}"`);
  if (!(Number.isSafeInteger(row.dose) && (row.dose as number) >= 0))
    throw malformed(where, `has no dose that is a whole number of at least 0`);
  checkChoices(row, where);
  return { ...row, timed: row.timed === true } as unknown as ManifestItem;
}

function checkChoices({ choices, target }: Record<string, unknown>, where: string): void {
  if (choices === undefined) return;
  if (!(Array.isArray(choices) && choices.length > 1 && choices.includes(target)))
    throw malformed(where, "has choices that do not hold its target, or no others");
}

function malformed(where: string, reason: string): RoteError {
  return new RoteError("file/malformed", `${where} ${reason}`, { where });
}
