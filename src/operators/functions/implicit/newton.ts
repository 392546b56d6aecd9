import type { GraphFunction } from "../../../graph/function.ts";
import type { Builder, Node, Passes, TensorType } from "../../../graph/operator.ts";
import { elementCount, range, scalarShape } from "../../../graph/shape.ts";
import { castNode } from "../../cast.ts";
import { abs, multiply } from "../../families/arithmetic.ts";
import { greater, less, less_equal, logical_and, logical_not, logical_or, where } from "../../families/choice.ts";
import { solve } from "../../families/linalg/systems.ts";
import { max } from "../../families/reductions.ts";
import { add, negative, quotient } from "../../linear.ts";
import { resultsOf } from "../../results.ts";
import { reshape } from "../../views.ts";
import { functionOf, inlined } from "../body.ts";
import { loopOver } from "../loops/until.ts";
import { jacobianBlocks } from "../matrices.ts";

/** When Newton's method has found a solution, and when it gives up. */
export type Search = {
  readonly tolerance: number;
  /** The most steps. */
  readonly limit: number;
};

/** The shortest part of a step that the line search tries. */
const shortest = 2 ** -30;
const scalar: TensorType = { shape: scalarShape, dtype: "float64" };

/**
 * The function of parameters and a first guess that gives a zero of `residual` by its last input, by Newton's method with
 * a line search: NaN where none is found. One is found where the residual or the next step is within the tolerance.
 */
export function newton(
  residual: GraphFunction,
  { tolerance, limit }: Search,
  like: Builder,
  passes: Passes,
): GraphFunction {
  const count = residual.inputs.length - 1;
  const fixed = residual.inputs.slice(0, count);
  const unknown = residual.inputs[count]!;
  const isShort = (x: Node, dx: Node) => {
    const bound = multiply(tolerance, add(1, largest(x)));
    // Beside an infinite x every step is short, and no solution is there.
    return logical_and(less(bound, Number.POSITIVE_INFINITY), less_equal(dx, bound));
  };

  // Carries: x, its residual and the largest of that, the length of the last whole step, and the part of it that was taken.
  const carries = [unknown, unknown, scalar, scalar, scalar];
  const condition = functionOf("go on", [...fixed, ...carries], like, (inputs) => {
    const [x, , norm, step, part] = inputs.slice(count) as [Node, Node, Node, Node, Node];
    const isFound = logical_or(less_equal(norm, tolerance), isShort(x, step));
    return [logical_and(logical_not(isFound), greater(part, shortest))];
  });
  const body = functionOf(residual.name, [...fixed, ...carries], like, (inputs, builder) => {
    const parameters = inputs.slice(0, count);
    const [x, r, norm] = inputs.slice(count) as [Node, Node, Node];
    const dx = newtonStep(residual, [...parameters, x], r, passes);
    const whole = largest(dx);
    const at = (part: Node | number) => {
      const next = add(x, multiply(part, dx));
      const [value] = inlined(residual, [...parameters, next], builder) as [Node];
      return [next, value, largest(value)];
    };
    const search = searchLine(residual, dx, whole, isShort, builder);
    const [part, ...found] = resultsOf(
      // Halves a part down to the shortest, which a whole step seldom needs: its operations are counted once.
      loopOver(search, [...parameters, x, dx, norm, whole], [builder.constant(1), ...at(1)], undefined, builder, true),
    ).slice(1) as [Node, ...Node[]];
    return [...found, whole, part];
  });
  return functionOf(residual.name, residual.inputs, like, (inputs, builder) => {
    const parameters = inputs.slice(0, count);
    const start = inputs[count]!;
    const [r] = inlined(residual, inputs, builder) as [Node];
    const first = [start, r, largest(r), builder.constant(Number.POSITIVE_INFINITY), builder.constant(1)];
    const [, x, , norm, step] = resultsOf(loopOver({ condition, body }, parameters, first, limit, builder)) as Node[];
    const isFound = logical_or(less_equal(norm!, tolerance), isShort(x!, step!));
    return [where(isFound, x!, Number.NaN)];
  });
}

/** The step −J⁻¹ r from where the Jacobian J of a residual is taken. */
export function newtonStep(residual: GraphFunction, args: readonly Node[], r: Node, passes: Passes): Node {
  const last = args.length - 1;
  const { shape } = args[last]!;
  const n = elementCount(shape);
  const [block] = jacobianBlocks(residual, { wrt: [last], of: [0] }, args, passes) as [Node];
  if (n === 1) return negative(reshape(quotient(reshape(r, { shape: [] }), reshape(block, { shape: [] })), { shape }));
  const right = reshape(r, { shape: [n] });
  return negative(reshape(solve(reshape(block, { shape: [n, n] }), right), { shape }));
}

/** Halves a step until it makes the residual smaller. Constants: parameters, x, the step, the residual's size and the step's. */
function searchLine(
  residual: GraphFunction,
  dx: Node,
  whole: Node,
  isShort: (x: Node, dx: Node) => Node,
  like: Builder,
) {
  const count = residual.inputs.length - 1;
  const unknown = residual.inputs[count]!;
  const types = [...residual.inputs.slice(0, count), unknown, dx, scalar, whole, scalar, unknown, unknown, scalar];
  const condition = functionOf("halve on", types, like, (inputs) => {
    const [x, , norm, step, part, , , next] = inputs.slice(count) as Node[];
    const isWorse = logical_not(less(next!, norm!));
    return [logical_and(isWorse, logical_and(greater(part!, shortest), logical_not(isShort(x!, step!))))];
  });
  const body = functionOf(residual.name, types, like, (inputs, builder) => {
    const [x, step, , , part] = inputs.slice(count) as Node[];
    const half = multiply(0.5, part!);
    const next = add(x!, multiply(half, step!));
    const [value] = inlined(residual, [...inputs.slice(0, count), next], builder) as [Node];
    return [half, next, value, largest(value)];
  });
  return { condition, body };
}

/** The largest size of an element; of none, 0. */
function largest(x: Node): Node {
  if (elementCount(x.shape) === 0) return x.builder.constant(0);
  return x.shape.length === 0 ? abs(x) : max(castNode(abs(x), "float64"), { axis: range(x.shape.length) });
}
