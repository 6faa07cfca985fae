import { cast, concat, reshape, split, transpose, zeros } from "../operations/shape.ts";
import type { GradientRules } from "./rule.ts";
import { sumTo } from "./sum-to.ts";

export const shapeRules: GradientRules = {
  Reshape: (graph, { inputs: [x] }, [dy]) => [reshape(graph, dy!, x!.shape)],
  Transpose: (graph, { attributes }, [dy]) => {
    const order = attributes.perm as readonly number[];
    return [
      transpose(
        graph,
        dy!,
        order.map((_, axis) => order.indexOf(axis)),
      ),
    ];
  },
  Split: (graph, { outputs, attributes }, pieces) => {
    const filled = outputs.map(({ shape, dtype }, i) => pieces[i] ?? zeros(graph, shape, dtype));
    return [concat(graph, filled, { axis: attributes.axis as number })];
  },
  Concat: (graph, { inputs, attributes }, [dy]) => {
    const axis = attributes.axis as number;
    return split(
      graph,
      dy!,
      inputs.map(({ shape }) => shape[axis] as number),
      { axis },
    );
  },
  Expand: (graph, { inputs: [x] }, [dy]) => [sumTo(graph, dy!, x!.shape)],
  Cast: (graph, { inputs: [x] }, [dy]) => [cast(graph, dy!, x!.dtype)],
};
