import { fitsIn } from "../../graph/dtype.ts";
import { OperandFault } from "../../graph/fault.ts";
import { functionAttribute, functionsAttribute, type GraphFunction } from "../../graph/function.ts";
import { constantValue, type Node, type TensorType } from "../../graph/operator.ts";
import { showShape } from "../../graph/shape.ts";
import { castNode } from "../cast.ts";
import { equal } from "../families/choice.ts";
import type { Op } from "../kinds.ts";
import { resultsOf } from "../results.ts";
import { functional } from "../several.ts";
import { reshape } from "../views.ts";
import { iterationsIn, sameType, showType } from "./body.ts";
import { expanded } from "./call.ts";
import { chooseNode } from "./choose.ts";

type Cond = { readonly then: GraphFunction; readonly else: GraphFunction };
type Switch = { readonly branches: readonly GraphFunction[] };

// Spelled once, for nothing that holds it is ever awaited.
const whereTrue = "then";

export const cond: Op = functional({
  name: "cond",
  operands: ["p", "...xs"],
  summary: "the outputs of one of two functions of x…, which alone is run",
  formula: "the tangents of the branch that is taken",
  costText: "that of the more expensive branch",
  attributes: {
    [whereTrue]: functionAttribute("the function where p is true"),
    else: functionAttribute("the function where p is false, with outputs of the same types"),
  },
  infer: ([p, ...xs], attrs): { results: readonly TensorType[]; attrs: Cond } => {
    expectScalar(p, "the predicate");
    const branches = [attrs.then, attrs.else].map((branch) => branch.instantiate(xs, 1));
    return { results: jointTypes(branches), attrs: { [whereTrue]: branches[0]!, else: branches[1]! } };
  },
  iterations: ({ attrs }) => Math.max(iterationsIn((attrs as Cond).then), iterationsIn((attrs as Cond).else)),
  compose: ([p, ...xs], { attrs }, builder, passes) => {
    const branches = [attrs.then, attrs.else].map((branch) => expanded(branch, builder, passes, xs));
    const isElse = castNode(equal(reshape(p!, { shape: [] }), 0), "int32");
    return resultsOf(chooseNode(branches, isElse, xs, builder));
  },
});

export const switchOf: Op = functional({
  name: "switch",
  operands: ["i", "...xs"],
  summary: "the outputs of one of several functions of x…, the i-th, which alone is run; i is clamped",
  formula: "the tangents of the branch that is taken",
  costText: "that of the most expensive branch",
  attributes: { branches: functionsAttribute("the functions, with outputs of the same types") },
  infer: ([i, ...xs], attrs): { results: readonly TensorType[]; attrs: Switch } => {
    expectScalar(i, "the index");
    if (i!.dtype === "float64" && !fitsIn("int32", constantValue(i!)?.data[0] ?? Number.NaN)) {
      throw new OperandFault("the index must be an integer, received float64", 0);
    }
    const branches = attrs.branches.map((branch) => branch.instantiate(xs, 1));
    return { results: jointTypes(branches), attrs: { branches } };
  },
  iterations: ({ attrs }) => Math.max(...(attrs as Switch).branches.map(iterationsIn)),
  compose: ([i, ...xs], { attrs }, builder, passes) => {
    const branches = attrs.branches.map((branch) => expanded(branch, builder, passes, xs));
    const index = reshape(i!, { shape: [] });
    return resultsOf(chooseNode(branches, i!.dtype === "float64" ? castNode(index, "int32") : index, xs, builder));
  },
});

function expectScalar(x: Node | undefined, what: string): void {
  if (!x) throw new OperandFault(`takes ${what} and operands, received none`);
  if (x.shape.length > 0) throw new OperandFault(`${what} must be a scalar, received shape ${showShape(x.shape)}`, 0);
}

/** The types that the outputs of all branches have. */
function jointTypes(branches: readonly GraphFunction[]): readonly TensorType[] {
  const [first, ...others] = branches as [GraphFunction, ...GraphFunction[]];
  for (const other of others) {
    if (other.outputs.length !== first.outputs.length) {
      throw new OperandFault(
        `branch "${first.name}" has ${first.outputs.length} outputs and "${other.name}" ${other.outputs.length}`,
      );
    }
    first.outputs.forEach((type, k) => {
      const found = other.outputs[k]!;
      if (sameType(type, found)) return;
      throw new OperandFault(
        `output ${k} is ${showType(type)} of branch "${first.name}" and ${showType(found)} of "${other.name}"`,
      );
    });
  }
  return first.outputs;
}
