import { describe, expect, test } from "vitest";
import { computedDType, type DType } from "../../src/graph/dtype.ts";
import type { Node } from "../../src/graph/operator.ts";
import { resultIndex } from "../../src/operators/results.ts";
import { expand } from "../../src/transforms/expand.ts";
import { newBuilder, run } from "../support/graphs.ts";
import { batchIsEachPoint, simplifyPreserves } from "../support/laws.ts";
import { candidatesFor, casesOf, isIndex } from "../support/operator-cases.ts";
import { holdsFor, isElementary } from "../support/operator-laws.ts";
import { familyOf, operators } from "../support/plain-operators.ts";
import type { Sample } from "../support/samples.ts";

const numRuns = 10;

describe.each(operators)("$name", (op) => {
  test("has operands and attributes to try", () => {
    for (const attribute of Object.keys(op.attributes)) {
      expect(candidatesFor(op, attribute), `candidates for ${op.name}.${attribute}`).toBeDefined();
    }
    const tried = casesOf(op).flat();
    expect(tried.length).toBeGreaterThan(0);
    for (const attribute of Object.keys(op.attributes)) {
      expect(tried.some(({ attrs }) => attribute in attrs)).toBe(true);
    }
  });

  test("keeps its shape and dtype when expanded, and has the dtype that the contract says", () => {
    const keepsType = ({ surface, inputs }: Sample) => {
      const { node } = surface.outputs[0]!;
      const expanded = expand(surface, newBuilder());
      const [result] = run(expanded, inputs);
      const type = { shape: node.shape, dtype: dtypeByContract(node) };
      expect({ shape: node.shape, dtype: node.dtype }).toEqual(type);
      expect({ shape: expanded.outputs[0]!.node.shape, dtype: expanded.outputs[0]!.node.dtype }).toEqual(type);
      expect({ shape: result!.shape, dtype: result!.dtype }).toEqual(type);
      return true;
    };
    holdsFor(op, keepsType, "special", 25, true);
  });

  test("keeps every value when simplified, and never grows", () => {
    holdsFor(op, simplifyPreserves, "special", numRuns, true);
  });

  test("gives for a batch what it gives for each point", () => {
    const values = isElementary(op) ? "special" : "generic";
    holdsFor(op, (sample) => batchIsEachPoint(sample, values), values, numRuns, true);
  });
});

/** Arithmetic of which integers alone give integers, of the wider of their dtypes. */
const ofIntegers = [
  ...["abs", "add", "clip", "floor_divide", "maximum", "minimum", "multiply", "negative", "remainder", "sign"],
  ...["subtract", "where", "sum", "prod", "min", "max", "cumulative_sum"],
];

/** What only moves elements, beside the family of structure. */
const moving = [
  ...["block_diag", "diag", "where", "sort", "top_k", "cumulative_max", "cumulative_min", "take_along_axis"],
  ...["put_along_axis", "unfold"],
];

/** Comparisons are bool, places are int32, what only moves elements keeps their dtype, all else is float64. */
function dtypeByContract(node: Node): DType {
  const { op, args, attrs } = node;
  const index = resultIndex(node);
  if (index !== undefined) return args[0]!.op.name === "top_k" && index === 1 ? "int32" : dtypeByContract(args[0]!);
  const operands = op.name === "where" ? args.slice(1) : args;
  const bounds = op.name === "clip" ? [attrs.min ?? 0, attrs.max ?? 0] : [];
  const isWhole = operands.every(({ dtype }) => dtype === "int32" || dtype === "int64");
  if (ofIntegers.includes(op.name) && isWhole && bounds.every(Number.isInteger)) {
    return operands.some(({ dtype }) => dtype === "int64") ? "int64" : "int32";
  }
  if (op.name === "cast") return computedDType(attrs.dtype as DType);
  if (["argmax", "argmin", "argsort", "histogram", "matrix_rank", "searchsorted"].includes(op.name)) return "int32";
  if (familyOf(op) === "choice" && op.name !== "where") return "bool";
  if (op.name === "full") return typeof attrs.value === "boolean" ? "bool" : "float64";
  const moves = familyOf(op) === "structure" || moving.includes(op.name);
  if (!moves || args.length === 0) return "float64";
  const data = args.filter((_, i) => !isIndex(op, i) && op.operands[i] !== "condition");
  return data.every(({ dtype }) => dtype === data[0]!.dtype) ? data[0]!.dtype : "float64";
}
