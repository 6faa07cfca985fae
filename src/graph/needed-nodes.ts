import type { OnnxNode } from "./onnx.ts";

/** A result of a graph: its name, and the name of the value that it is. */
export interface NamedOutput {
  readonly name: string;
  readonly value: string;
}

/**
 * The nodes that the outputs need, in order: the runtime carries out whatever is there. A value that
 * nodes compute is called as its output; it is copied only where it has two names or is an input.
 */
export function neededNodes(
  nodes: readonly OnnxNode[],
  outputs: readonly NamedOutput[],
): readonly OnnxNode[] {
  const computed = new Set(nodes.flatMap((node) => node.outputs));
  const names = new Map<string, string>();
  const copies: OnnxNode[] = [];
  for (const { name, value } of outputs)
    if (computed.has(value) && !names.has(value)) names.set(value, name);
    else copies.push(copyOf(names.get(value) ?? value, name));
  const renamed = nodes.map((node) => renameValues(node, names));
  const needed = new Set(outputs.map(({ name }) => name));
  return [...renamed, ...copies]
    .reverse()
    .filter((node) => {
      if (!node.outputs.some((name) => needed.has(name))) return false;
      for (const name of node.inputs) needed.add(name);
      return true;
    })
    .reverse();
}

function copyOf(value: string, name: string): OnnxNode {
  return { op: "Identity", domain: "", inputs: [value], outputs: [name], attributes: {} };
}

function renameValues(node: OnnxNode, names: ReadonlyMap<string, string>): OnnxNode {
  const rename = (name: string): string => names.get(name) ?? name;
  return { ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) };
}
