import { OperandFault } from "../../graph/fault.ts";
import { type NdArray, rowMajorData } from "../../graph/ndarray.ts";
import { constantValue, inputOperator, type Node } from "../../graph/operator.ts";

/** What is known of a value before inputs are: a number, or numbers in a row. */
export type Static = number | readonly number[];

// What is told beforehand is small: a length, half of it, a shape made of such.
const nodesMax = 100;
const elementsMax = 64;

/** The value of a node that no input enters and that is simple arithmetic; undefined for any other. */
export function staticValue(root: Node): Static | undefined {
  const values = new Map<Node, Static>();
  const path = [root];
  while (path.length > 0) {
    const node = path.at(-1)!;
    const open = node.args.filter((arg) => !values.has(arg));
    if (open.length > 0 && node.args.length <= elementsMax && path.length + values.size < nodesMax) {
      path.push(open[0]!);
      continue;
    }
    const value = open.length > 0 ? undefined : valueAt(node, values);
    if (value === undefined) return undefined;
    values.set(path.pop()!, value);
    node.builder.budget.spend(1);
  }
  return values.get(root);
}

/** The integer that a node is known to be beforehand; throws an `OperandFault` that says what it should have been. */
export function staticInteger(node: Node, what: string): number {
  const value = staticValue(node);
  if (value === undefined || typeof value !== "number") {
    throw new OperandFault(
      `${what} must be known beforehand: a number, or made of numbers and lengths like x.shape[0]`,
    );
  }
  if (!Number.isSafeInteger(value)) throw new OperandFault(`${what} must be an integer, received ${value}`);
  return value + 0;
}

function valueAt(node: Node, values: ReadonlyMap<Node, Static>): Static | undefined {
  const { op, args, attrs, shape } = node;
  const constant = constantValue(node);
  if (constant) return constantStatic(constant);
  if (op === inputOperator) return undefined;
  const operands = args.map((arg) => values.get(arg)!);
  if (!operands.every((value) => typeof value === "number")) return undefined;
  if (op.name === "stack" && shape.length === 1) return operands;
  return op.form.kind === "elementwise" && shape.length === 0 ? op.form.scalar(attrs)(...operands) : undefined;
}

function constantStatic(value: NdArray): Static | undefined {
  const { shape } = value;
  if (shape.length > 1 || (shape[0] ?? 1) > elementsMax) return undefined;
  const numbers = Array.from(rowMajorData(value));
  return shape.length === 0 ? numbers[0]! : numbers;
}
