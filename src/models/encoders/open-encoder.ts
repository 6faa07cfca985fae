/** Sentence encoders in Hugging Face and sentence-transformers folders. */
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists, hashFiles, readJsonObject } from "../../base/files.ts";
import { canonicalJson, sha256 } from "../../base/json.ts";
import type { Device } from "../../graph/device.ts";
import { requireDevice } from "../../graph/open-device.ts";
import type { SessionOptions } from "../../graph/session.ts";
import { sizeOf } from "../../graph/tensor.ts";
import type { EmbeddingModel } from "../embedding-model.ts";
import { ConfigEntries } from "../families/config-entries.ts";
import type { ModelIdentity } from "../language-model.ts";
import { openWeights } from "../open-weights.ts";
import { findModel, type ModelPlace, placeOf } from "../suites/find-model.ts";
import { encoderOf } from "./architectures.ts";
import { type DenseHead, readDenseHead } from "./dense-head.ts";
import { type Encoder, encoderParameters } from "./encoder.ts";
import type { Pooling } from "./pooling.ts";
import { type Prefixes, type Recipe, readRecipe } from "./sentence-transformers.ts";
import { textEncoder } from "./text-encoder.ts";
import { TokenEncoder } from "./token-encoder.ts";
import { locateEncoderWeights } from "./weights.ts";

/** How a folder of an encoder is opened. */
export interface OpenEncoderOptions {
  /** Threads of the runtime; default: one a core. */
  readonly threads?: number | undefined;
  /** Where graphs run; default the CPU. */
  readonly device?: Device | undefined;
  /** Default: what the folder says (1_Pooling), else the mean. */
  readonly pooling?: Pooling;
  /** Default: what the folder says (prompts), E5's where the folder or model is called so, else none. */
  readonly prefixes?: Prefixes;
}

/** An encoder of texts; dispose of it to free its memory. */
export interface SentenceEncoder extends EmbeddingModel, AsyncDisposable {
  readonly embedTokens: NonNullable<EmbeddingModel["embedTokens"]>;
  /** Texts so far of which only the first tokens were read, since the model takes no more. */
  readonly cutTexts: number;
  readonly tokens: TokenEncoder;
}

/** Open an encoder's folder: config.json, weights, tokenizer.json, and what sentence-transformers adds. */
export async function openEncoder(
  path: string,
  { threads, device, pooling, prefixes }: OpenEncoderOptions = {},
): Promise<SentenceEncoder> {
  const place = await findEncoder(path);
  const found = await readRecipe(place.folder, place.name);
  const recipe = {
    ...found,
    pooling: pooling === undefined ? found.pooling : [pooling],
    prefixes: prefixes ?? found.prefixes,
  };
  const opened = await openTokenEncoder(place.name, recipe, { threads, device });
  return textEncoder(opened, recipe);
}

/** The folder that a path means. Old ones of sentence-transformers hold the encoder in one of their own. */
export async function findEncoder(path: string): Promise<ModelPlace> {
  return (await exists(join(path, "modules.json"))) ? placeOf(path) : findModel(path);
}

/** The encoder of a folder over token ids, with what its texts' side needs. */
export interface OpenedEncoder {
  readonly tokens: TokenEncoder;
  readonly identity: ModelIdentity;
  readonly maximumLength: number;
}

async function openTokenEncoder(
  name: string,
  recipe: Recipe,
  options: SessionOptions,
): Promise<OpenedEncoder> {
  const { folder, pooling } = recipe;
  const configPath = join(folder, "config.json");
  const config = new ConfigEntries(await readJsonObject(configPath), configPath);
  const encoder = encoderOf(config, { withPooler: pooling.includes("pooler") });
  checkPooledSize(recipe, encoder);
  const stored = await openWeights(folder);
  const weights = await locateEncoderWeights(stored, encoder);
  const heads: DenseHead[] = [];
  for (const dense of recipe.denseFolders)
    heads.push(
      await readDenseHead(dense, heads.at(-1)?.outputs ?? encoder.hiddenSize * pooling.length),
    );
  await requireDevice(options.device);
  const files = [configPath, ...stored.files, ...heads.flatMap((head) => head.files)];
  const maximumLength = Math.min(recipe.maximumLength ?? Infinity, encoder.maximumLength);
  return {
    tokens: new TokenEncoder({ name, encoder, weights, pooling, heads, options }),
    maximumLength,
    identity: {
      name,
      family: encoder.family,
      parameters: parametersOf(encoder, heads),
      sha256: sha256(
        canonicalJson({
          files: await hashFiles(files),
          pooling: [...pooling],
          prefixes: { ...recipe.prefixes },
          lowerCase: recipe.lowerCase,
          maximumLength,
        }),
      ),
    },
  };
}

function parametersOf(encoder: Encoder, heads: readonly DenseHead[]): number {
  const own = encoderParameters(encoder).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return heads.reduce((sum, { weight, bias }) => sum + weight.length + (bias?.length ?? 0), own);
}

function checkPooledSize({ pooledSize, source }: Recipe, { hiddenSize }: Encoder): void {
  if (pooledSize === undefined || pooledSize === hiddenSize) return;
  throw new RoteError(
    "model/malformed",
    `${source}: the dimension of what is pooled is ${pooledSize}, but the encoder's hidden states have ${hiddenSize} components`,
    { path: source, found: pooledSize, expected: hiddenSize },
  );
}
