/** Which model a server of OpenAI's form means, by its list of models. */
import { RoteError } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";
import type { Connection } from "./connection.ts";

export interface ServedModel {
  readonly name: string;
  /** Most tokens it reads and generates together; Infinity where the server does not say. */
  readonly maximumTokens: number;
}

/** The model asked for, else the only one there is. A server without a list is believed. */
export async function findServedModel(
  connection: Connection,
  model: string | undefined,
  signal?: AbortSignal,
): Promise<ServedModel> {
  const served = await listServed(connection, signal);
  if (served === undefined) {
    if (model !== undefined) return { name: model, maximumTokens: Infinity };
    throw new RoteError(
      "model/cannot",
      `${connection.address} does not list its models; name one at the end of the URL: ${connection.address}#MODEL`,
      { address: connection.address },
    );
  }
  const found = model === undefined ? served : served.filter(({ name }) => name === model);
  if (found.length === 1) return found[0]!;
  const names = served.map(({ name }) => name);
  const problem = model === undefined ? `has ${names.length} models` : `has no model "${model}"`;
  throw new RoteError(
    "model/cannot",
    `${connection.address} ${problem}; name one of its own at the end of the URL, after #: ${names.slice(0, 20).join(", ")}`,
    { address: connection.address, names },
  );
}

async function listServed(
  connection: Connection,
  signal: AbortSignal | undefined,
): Promise<readonly ServedModel[] | undefined> {
  const answer = await connection.get("/models", signal).catch((error: unknown) => {
    const status = error instanceof RoteError ? error.detail.status : undefined;
    if (status === 404 || status === 405 || status === 501) return undefined;
    throw error;
  });
  if (!Array.isArray(answer?.data)) return undefined;
  return answer.data.flatMap((entry: unknown) => {
    if (!isRecord(entry) || typeof entry.id !== "string") return [];
    const { id: name, max_model_len: longest } = entry;
    return [{ name, maximumTokens: typeof longest === "number" ? longest : Infinity }];
  });
}
