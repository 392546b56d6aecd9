import { expect, test } from "vitest";
import { Budget } from "../../src/graph/budget.ts";
import { evaluateNode } from "../../src/graph/evaluate.ts";
import { primitiveForm } from "../../src/graph/form.ts";
import { nodesOf } from "../../src/graph/graph.ts";
import { copied, rowMajorData } from "../../src/graph/ndarray.ts";
import type { Node } from "../../src/graph/operator.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { jvp, vjp } from "../../src/transforms/derive.ts";
import { floats } from "../support/graphs.ts";
import type { Said } from "../support/holds.ts";
import { differentiable, holdsFor } from "../support/operator-laws.ts";
import type { Random } from "../support/random.ts";
import { element, type Sample } from "../support/samples.ts";
import { tensorOf } from "../support/tensors.ts";

/** Elements of the value that are no NaN although one of the operand is, and that are others with another number. */
function hidden(node: Node, operand: number, random: Random): unknown {
  const args = node.args.map(({ shape, dtype }) =>
    tensorOf(
      Array.from({ length: elementCount(shape) }, () => element(random, dtype, "special")),
      shape,
      dtype,
    ),
  );
  const { length } = args[operand]!.data;
  if (length === 0) return undefined;
  const at = random.below(length);
  const valueWith = (x: number) => {
    const given = args.map(copied);
    given[operand]!.data[at] = x;
    return rowMajorData(evaluateNode(node, given, false, Budget.unlimited()));
  };
  const withNaN = valueWith(Number.NaN);
  for (const x of [0, 1, -2.5]) {
    const other = valueWith(x);
    const found = withNaN.findIndex((y, i) => !Number.isNaN(y) && y !== other[i]);
    if (found >= 0) return `${node.op.name}, operand ${operand}: ${withNaN[found]} with NaN, ${other[found]} with ${x}`;
  }
  return undefined;
}

test.each(differentiable)(
  "a NaN reaches all that depends on it in $name, but through operands of which its record says that they may hide it",
  (op) => {
    const reaches = ({ primal, random }: Sample): Said => {
      const selection = floats(primal);
      let tried = 0;
      for (const node of [jvp, vjp].flatMap((derive) => nodesOf(derive(primal, selection)))) {
        node.args.forEach(({ dtype, shape }, operand) => {
          const { hidesNaN } = primitiveForm(node.op);
          if (dtype !== "float64" || hidesNaN === "all" || hidesNaN.includes(operand)) return;
          expect(hidden(node, operand, random)).toBeUndefined();
          tried += elementCount(shape);
        });
      }
      return tried > 0;
    };
    holdsFor(op, reaches, "special", 6);
  },
);
