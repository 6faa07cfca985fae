/**
 * Embedders behind HTTP, asked in OpenAI's form, as vLLM, Text Embeddings Inference, llama.cpp and
 * hosted models serve them: POST /embeddings {model, input} → {data: [{index, embedding}]}.
 */
import { RoteError } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";
import type { EmbeddingModel } from "../embedding-model.ts";
import { Connection, type ConnectionOptions } from "../remote/connection.ts";
import { parseModelUrl } from "../remote/model-url.ts";
import { findServedModel } from "../remote/served-models.ts";
import { scaleToUnit } from "../static-embedder/unit-vectors.ts";

/** Texts of one request: as many as Text Embeddings Inference takes unless told otherwise. */
const REQUEST_TEXTS = 32;

/** Asked once to learn how many components a vector has. */
const PROBE = "Paris";

/** Open the embedder at a URL such as http://HOST/v1#MODEL; /embeddings may stand before the #. */
export async function openRemoteEmbedder(
  name: string,
  options: ConnectionOptions = {},
): Promise<EmbeddingModel> {
  const { base, model } = parseModelUrl(name.replace(/\/embeddings\/?(?=#|$)/, ""));
  const connection = new Connection(base, options);
  const served = await findServedModel(connection, model);
  const ask = async (
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly (readonly number[])[]> => {
    const body = { model: served.name, input: texts, encoding_format: "float" };
    const answer = await connection.post("/embeddings", body, signal);
    return parseVectors(answer, texts.length, base);
  };
  const dimension = (await ask([PROBE]))[0]!.length;
  return {
    identity: { name: served.name, family: "remote", parameters: null, sha256: null, url: base },
    dimension,
    async embed(texts) {
      const rows = new Float32Array(texts.length * dimension);
      const starts = [...Array(Math.ceil(texts.length / REQUEST_TEXTS)).keys()].map(
        (request) => request * REQUEST_TEXTS,
      );
      const stop = new AbortController();
      const fill = async (start: number): Promise<void> => {
        const vectors = await ask(texts.slice(start, start + REQUEST_TEXTS), stop.signal);
        for (const [i, vector] of vectors.entries()) {
          if (vector.length !== dimension) throw otherDimension(base, vector.length, dimension);
          const row = rows.subarray((start + i) * dimension, (start + i + 1) * dimension);
          row.set(vector);
          scaleToUnit(row);
        }
      };
      await Promise.all(starts.map(fill)).catch((error: unknown) => {
        stop.abort();
        throw error;
      });
      return rows;
    },
  };
}

/** The vectors of an answer in the order of the texts; servers may give them in another. */
function parseVectors(
  { data }: Record<string, unknown>,
  count: number,
  address: string,
): readonly (readonly number[])[] {
  const vectors = new Map<unknown, readonly number[]>();
  for (const entry of Array.isArray(data) ? (data as readonly unknown[]) : []) {
    if (!isRecord(entry) || !isVector(entry.embedding)) continue;
    vectors.set(entry.index, entry.embedding);
  }
  return Array.from({ length: count }, (_, index) => {
    const vector = vectors.get(index);
    if (vector !== undefined && vectors.size === count) return vector;
    throw new RoteError(
      "server/malformed",
      `${address}/embeddings answers ${count} texts with ${vectors.size} vectors of numbers in OpenAI's form; does it serve an embedder?`,
      { address, count, found: vectors.size },
    );
  });
}

function isVector(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((x) => Number.isFinite(x));
}

function otherDimension(address: string, found: number, expected: number): RoteError {
  return new RoteError(
    "server/malformed",
    `${address}/embeddings gives a vector of ${found} components after one of ${expected}`,
    { address, found, expected },
  );
}
