import type { GraphBuilder, Value } from "../builder.ts";
import { sigmoid, tanh } from "../operations/activation.ts";
import { add, multiply, negate, scale, shift, subtract } from "../operations/elementwise.ts";
import { cast } from "../operations/shape.ts";
import type { GradientRules } from "./rule.ts";

/** √(2/π) and the weight of the cube in the approximation of GELU by tanh. */
const [OUTER, CUBE] = [Math.sqrt(2 / Math.PI), 0.044715];

export const activationRules: GradientRules = {
  // tanh′ = 1 − tanh²
  Tanh: (graph, { outputs: [y] }, [dy]) => [
    subtract(graph, dy!, multiply(graph, dy!, multiply(graph, y!, y!))),
  ],
  // σ′ = σ (1 − σ)
  Sigmoid: (graph, { outputs: [y] }, [dy]) => [
    multiply(graph, dy!, subtract(graph, y!, multiply(graph, y!, y!))),
  ],
  // (x σ)′ = σ + x σ (1 − σ) = σ + y − y σ
  QuickGelu: (graph, { inputs: [x], outputs: [y] }, [dy]) => {
    const s = sigmoid(graph, x!);
    const slope = add(graph, s, subtract(graph, y!, multiply(graph, y!, s)));
    return [multiply(graph, dy!, slope)];
  },
  // With t = tanh(u(x)): (x/2 (1 + t))′ = (1 + t + x (1 − t²) u′) / 2
  FastGelu: (graph, { inputs: [x] }, [dy]) => {
    const square = multiply(graph, x!, x!);
    const inner = scale(graph, shift(graph, scale(graph, square, CUBE), 1), OUTER);
    const t = tanh(graph, multiply(graph, x!, inner));
    const innerSlope = scale(graph, shift(graph, scale(graph, square, 3 * CUBE), 1), OUTER);
    const tSlope = shift(graph, negate(graph, multiply(graph, t, t)), 1);
    const rest = multiply(graph, multiply(graph, x!, tSlope), innerSlope);
    const twice = add(graph, shift(graph, t, 1), rest);
    return [multiply(graph, dy!, scale(graph, twice, 0.5))];
  },
  // Where a limit holds, the result does not move with the element.
  Clip: (graph, { inputs: [x, low, high] }, [dy]) => {
    const above = compare(graph, "GreaterOrEqual", x!, low!);
    const below = compare(graph, "LessOrEqual", x!, high!);
    return [multiply(graph, dy!, multiply(graph, above, below))];
  },
};

function compare(graph: GraphBuilder, op: string, a: Value, b: Value): Value {
  return cast(graph, graph.emitOne(op, [a, b], { dtype: "bool", shape: a.shape }), a.dtype);
}
