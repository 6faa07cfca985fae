import {
  add,
  divide,
  erf,
  exp,
  multiply,
  negate,
  scale,
  shift,
} from "../operations/elementwise.ts";
import type { GradientRules } from "./rule.ts";
import { sumTo } from "./sum-to.ts";

export const elementwiseRules: GradientRules = {
  Add: (graph, { inputs: [a, b] }, [dy]) => [
    sumTo(graph, dy!, a!.shape),
    sumTo(graph, dy!, b!.shape),
  ],
  Sub: (graph, { inputs: [a, b] }, [dy]) => [
    sumTo(graph, dy!, a!.shape),
    negate(graph, sumTo(graph, dy!, b!.shape)),
  ],
  Mul: (graph, { inputs: [a, b] }, [dy]) => [
    sumTo(graph, multiply(graph, dy!, b!), a!.shape),
    sumTo(graph, multiply(graph, dy!, a!), b!.shape),
  ],
  Div: (graph, { inputs: [a, b], outputs: [y] }, [dy]) => {
    const da = divide(graph, dy!, b!);
    const db = negate(graph, multiply(graph, da, y!));
    return [sumTo(graph, da, a!.shape), sumTo(graph, db, b!.shape)];
  },
  Neg: (graph, _entry, [dy]) => [negate(graph, dy!)],
  Exp: (graph, { outputs: [y] }, [dy]) => [multiply(graph, dy!, y!)],
  Log: (graph, { inputs: [x] }, [dy]) => [divide(graph, dy!, x!)],
  Sqrt: (graph, { outputs: [y] }, [dy]) => [scale(graph, divide(graph, dy!, y!), 0.5)],
  // erf′ = 2/√π exp(−x²)
  Erf: (graph, { inputs: [x] }, [dy]) => {
    const density = exp(graph, negate(graph, multiply(graph, x!, x!)));
    return [multiply(graph, dy!, scale(graph, density, 2 / Math.sqrt(Math.PI)))];
  },
  // (x Φ(x))′ = Φ(x) + x φ(x)
  Gelu: (graph, { inputs: [x] }, [dy]) => {
    const twicePhi = shift(graph, erf(graph, scale(graph, x!, Math.SQRT1_2)), 1);
    const exponent = scale(graph, multiply(graph, x!, x!), -0.5);
    const twiceDensity = scale(graph, exp(graph, exponent), Math.sqrt(2 / Math.PI));
    const twiceSlope = add(graph, twicePhi, multiply(graph, x!, twiceDensity));
    return [multiply(graph, dy!, scale(graph, twiceSlope, 0.5))];
  },
};
