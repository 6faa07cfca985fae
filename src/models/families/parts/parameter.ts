import type { GraphBuilder, Value } from "../../../graph/builder.ts";
import type { ExpectedTensor } from "../../weights.ts";

/** How a parameter starts before training. */
export type Initialization = "normal" | "normal-output" | "ones" | "zeros";

/** A tensor that a model learns: its name in Hugging Face files, its shape there, and how it starts. */
export interface Parameter extends ExpectedTensor {
  readonly initialization: Initialization;
}

/** Parameters of a graph, by name. */
export type ParameterValues = (name: string) => Value;

/** What a part writes its nodes into. */
export interface Network {
  readonly graph: GraphBuilder;
  readonly parameters: ParameterValues;
}
