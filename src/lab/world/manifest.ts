/** The manifest: one row an item, with its dose, its documents and where in training they stand. */
import type { Json } from "../../base/json.ts";
import { kinds } from "./kind-table.ts";
import type { World } from "./world.ts";
import { round } from "./plant.ts";

/** A row of manifest.jsonl; further columns by kind. */
export interface ManifestRow {
  readonly item: string;
  readonly kind: string;
  readonly text: string;
  readonly dose: number;
  /** Ids of the documents that state it, in the order of training. */
  readonly documents: readonly string[];
  /** Their places in training, in [0, 1). */
  readonly positions: readonly number[];
  readonly group: string;
  /** Whether the timing arms move its documents. */
  readonly timed: boolean;
  readonly construction: string;
  readonly context: string;
  readonly target: string;
  readonly choices?: readonly string[];
  /** With them: `b`, `total`, `mentions`, and `probability` = P(b|a) = dose / (total + mentions). */
  readonly a?: string;
  readonly [column: string]: Json | undefined;
}

/** What was counted in the corpus, by item. */
export interface CountedColumns {
  readonly mentions: ReadonlyMap<string, number>;
  /** See `countSharedPhrases`; translations only. */
  readonly shared: ReadonlyMap<string, number>;
}

/** Rows in the order of the items. */
export function* manifestRows(
  { items, documents, timed }: World,
  { mentions, shared }: CountedColumns,
): Generator<ManifestRow> {
  const stated = new Map<string, { readonly id: string; readonly place: number }[]>();
  for (const document of documents)
    for (const item of document.items) {
      const known = stated.get(item);
      if (known === undefined) stated.set(item, [document]);
      else known.push(document);
    }
  for (const {
    item,
    kind,
    text,
    dose,
    group,
    context,
    target,
    choices,
    question,
    details,
  } of items) {
    const ordered = (stated.get(item) ?? []).sort((x, y) => x.place - y.place);
    yield {
      ...{ item, kind, text, dose },
      documents: ordered.map(({ id }) => id),
      positions: ordered.map(({ place }) => place),
      ...{ group, timed: timed.has(group), construction: kinds[kind]!.construction },
      ...{ context, target, ...(choices === undefined ? {} : { choices }) },
      ...(question === undefined ? {} : answered(question, dose, mentions.get(item) ?? 0)),
      ...details,
      ...(shared.has(item) ? { shared: shared.get(item)! } : {}),
    };
  }
}

function answered(
  { a, b, total }: { readonly a: string; readonly b: string; readonly total: number },
  dose: number,
  mentions: number,
): Readonly<Record<string, Json>> {
  const asked = total + mentions;
  return { a, b, total, mentions, probability: asked === 0 ? null : round(dose / asked) };
}
