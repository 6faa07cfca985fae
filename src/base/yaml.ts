/** YAML files, which hold JSON as well. The only file that touches the YAML library. */
import { parse } from "yaml";
import { messageOf, RoteError } from "./errors.ts";
import { readText } from "./files.ts";

/** A YAML (or JSON) file's value. */
export async function readYaml(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return parse(text) as unknown;
  } catch (error) {
    const message = `${path} is not YAML: ${messageOf(error)}`;
    throw new RoteError("study/malformed", message, { path }, error);
  }
}
