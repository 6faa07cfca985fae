import { gemm, matMul, type ProductOptions } from "../operations/linear.ts";
import type { GraphBuilder, TapeEntry, Value } from "../builder.ts";
import type { GradientRule, GradientRules } from "./rule.ts";
import { sumRows } from "./sum-rows.ts";

type Product = (graph: GraphBuilder, a: Value, b: Value, options: ProductOptions) => Value;

export const linearRules: GradientRules = {
  MatMul: productRule(matMul),
  FusedMatMul: productRule(matMul),
  Gemm: (graph, entry, outputs) => {
    const product = productRule((inner, a, b, options) => gemm(inner, a, b, options));
    const bias = entry.inputs.length === 3 ? [sumRows(graph, outputs[0]!)] : [];
    return [...product(graph, entry, outputs), ...bias];
  },
};

/**
 * y = s · a b, where a and b stand transposed or not:
 * da = s · dy bᵀ and db = s · aᵀ dy; each transposed where its operand was.
 */
function productRule(product: Product): GradientRule {
  return (graph, entry, [dy]) => {
    const [a, b] = [entry.inputs[0]!, entry.inputs[1]!];
    const { transposeA, transposeB, scale } = optionsOf(entry);
    const da = transposeA
      ? product(graph, b, dy!, { transposeA: transposeB, transposeB: true, scale })
      : product(graph, dy!, b, { transposeB: !transposeB, scale });
    const db = transposeB
      ? product(graph, dy!, a, { transposeA: true, transposeB: transposeA, scale })
      : product(graph, a, dy!, { transposeA: !transposeA, scale });
    return [da, db];
  };
}

function optionsOf({ attributes }: TapeEntry): Required<ProductOptions> {
  const alpha = attributes.alpha;
  return {
    transposeA: attributes.transA === 1,
    transposeB: attributes.transB === 1,
    scale: typeof alpha === "object" && "float" in alpha ? alpha.float : 1,
  };
}
