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
    // The library shows the lines around the mistake below its first line, which says where it is.
    const [reason = ""] = messageOf(error).split("\n");
    const message = `${path} is not YAML: ${reason.replace(/:$/, "")}`;
    throw new RoteError("study/malformed", message, { path }, error);
  }
}
