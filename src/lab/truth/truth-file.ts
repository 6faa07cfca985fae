/**
 * truth.parquet: recall of every item under every model, one row a number. Each model's rows also lie in
 * `truth/NAME.parquet`, so that a model is measured once and may be removed afterwards. The metadata of
 * each file say by `manifest` which world its numbers are of, and by `key` what they were made of.
 */
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import {
  describeParquet,
  type ParquetColumn,
  readParquet,
  writeParquet,
} from "../../base/parquet.ts";
import type { RecallRow } from "./measure-recall.ts";

/** The file of a world's truth. */
export const truthFile = "truth.parquet";

/** The folder of its parts. */
export const partsFolder = "truth";

const columns: readonly ParquetColumn[] = [
  { name: "item", type: "string" },
  { name: "kind", type: "string" },
  { name: "dose", type: "int64" },
  { name: "model", type: "string" },
  { name: "arm", type: "string" },
  { name: "metric", type: "string" },
  { name: "value", type: "double" },
];

/** What the metadata of a part say. */
export interface PartMetadata {
  /** sha256 of the manifest. */
  readonly manifest: string;
  /** Hash of what decides the rows: manifest, model, metrics. */
  readonly key: string;
  /** JSON: version, platform, command. */
  readonly provenance: string;
  /** JSON: identity of the model. */
  readonly model: string;
}

/** Where a model's part lies. */
export function partPath(world: string, name: string): string {
  return join(world, partsFolder, `${name}.parquet`);
}

/** Write rows, whole or not at all; returns their number. */
export function writeTruthRows(
  path: string,
  rows: Iterable<RecallRow> | AsyncIterable<RecallRow>,
  metadata: Readonly<Record<string, string>>,
): Promise<number> {
  // A row is also an index signature to the writer, which an interface is not.
  const plain = rows as Iterable<Readonly<Record<string, unknown>>>;
  return writeParquet(path, columns, plain, { metadata });
}

/** The metadata of a part. */
export async function readPartMetadata(path: string): Promise<Partial<PartMetadata>> {
  return (await describeParquet(path)).metadata;
}

/** The rows of a truth file, checked. Holds one row group. */
export async function* readTruthRows(path: string): AsyncGenerator<RecallRow> {
  let number = 0;
  for await (const row of readParquet(path, { columns: columns.map(({ name }) => name) })) {
    number++;
    for (const { name, type } of columns)
      if (typeof row[name] !== (type === "string" ? "string" : "number"))
        throw new RoteError(
          "file/malformed",
          `${path} row ${number}: "${name}" is no ${type === "string" ? "text" : "number"}`,
          { path, row: number, column: name },
        );
    yield row as unknown as RecallRow;
  }
}
