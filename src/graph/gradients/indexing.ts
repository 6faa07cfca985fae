import {
  gather,
  gatherElements,
  scatterAddElements,
  scatterAddRows,
} from "../operations/indexing.ts";
import { zeros } from "../operations/shape.ts";
import type { GradientRules } from "./rule.ts";

export const indexingRules: GradientRules = {
  Gather: (graph, { inputs: [table, indexes] }, [dy]) => [
    scatterAddRows(graph, zeros(graph, table!.shape, table!.dtype), indexes!, dy!),
  ],
  GatherElements: (graph, { inputs: [value, indexes] }, [dy]) => [
    scatterAddElements(graph, zeros(graph, value!.shape, value!.dtype), indexes!, dy!),
  ],
  ScatterAddRows: (graph, { inputs: [, indexes] }, [dy]) => [
    dy,
    undefined,
    gather(graph, dy!, indexes!),
  ],
  ScatterElements: (graph, { inputs: [, indexes] }, [dy]) => [
    dy,
    undefined,
    gatherElements(graph, dy!, indexes!),
  ],
};
