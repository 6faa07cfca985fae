/**
 * Names of models behind HTTP. The address says which interface the server speaks, the part after
 * "#" which of its models is meant (needed where it has several):
 *
 *   http://HOST/v1#MODEL                    completions of OpenAI's form (vLLM and kin)
 *   https://HOST/v1/chat/completions#MODEL  chat: generation only
 *   http://HOST/generate                    SGLang's or Text Generation Inference's own interface
 *
 * An address is stored with results, so it holds no secrets: user names, passwords and queries are
 * refused, and no message repeats them.
 */
import { RoteError } from "../../base/errors.ts";

/** The interface at an address. */
export type RemoteInterface = "completions" | "chat" | "generate";

/** A model's address, taken apart. */
export interface ModelUrl {
  /** Without the model and without a slash at the end: "http://host:8000/v1". */
  readonly address: string;
  readonly speaks: RemoteInterface;
  /** What the interface's paths are appended to: the address without the interface's own name. */
  readonly base: string;
  readonly model: string | undefined;
}

/** True where a model is named by URL, not by folder. */
export function isModelUrl(name: string): boolean {
  return /^https?:/i.test(name);
}

/** Take a model's URL apart, or say what is wrong with it. */
export function parseModelUrl(name: string): ModelUrl {
  const url = URL.canParse(name) ? new URL(name) : undefined;
  if (url === undefined || !isModelUrl(name))
    throw new RoteError(
      "usage",
      "a remote model is named by a URL such as http://localhost:8000/v1#MODEL; this is none",
    );
  if (url.username !== "" || url.password !== "" || url.search !== "")
    throw new RoteError(
      "usage",
      `the URL of a model at ${url.host} holds a user name, a password or a query, which would be stored with the results; give the key in the environment variable ROTE_API_KEY instead`,
      { host: url.host },
    );
  const model = decodeURIComponent(url.hash.slice(1));
  const address = `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  return { address, ...interfaceOf(address), model: model === "" ? undefined : model };
}

function interfaceOf(address: string): Pick<ModelUrl, "speaks" | "base"> {
  const endings = [
    ["/chat/completions", "chat"],
    ["/completions", "completions"],
    ["/generate", "generate"],
  ] as const;
  for (const [ending, speaks] of endings)
    if (address.endsWith(ending)) return { speaks, base: address.slice(0, -ending.length) };
  return { speaks: "completions", base: address };
}
