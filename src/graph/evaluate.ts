import type { Budget } from "./budget.ts";
import { primitiveForm } from "./form.ts";
import { type NdArray, ndarray, rowMajorData } from "./ndarray.ts";
import type { Node } from "./operator.ts";

/** The value of a primitive on its operands' values. `owned` says that operand 0's storage may be overwritten. */
export function evaluateNode(node: Node, args: readonly NdArray[], owned: boolean, budget: Budget): NdArray {
  const { evaluate, inPlace } = primitiveForm(node.op);
  return evaluate(inPlace ? [writable(args[0]!, owned), ...args.slice(1)] : args, node, budget);
}

function writable(x: NdArray, owned: boolean): NdArray {
  const data = rowMajorData(x);
  return ndarray(x.dtype, x.shape, owned || data.buffer !== x.data.buffer ? data : data.slice());
}
