import type { AttributeSpecs, AttributesOf, Attrs } from "../graph/attribute.ts";
import type { DType } from "../graph/dtype.ts";
import type { Elementwise, ElementwiseOperator, Names, Node } from "../graph/operator.ts";
import { elementCount, range, sameShape } from "../graph/shape.ts";
import { castNode } from "./cast.ts";
import { mapElements } from "./kernels/elementwise.ts";
import {
  broadcastAll,
  callable,
  commonDType,
  type Described,
  evaluationOf,
  type None,
  type Op,
  type Ruled,
  recordOf,
  type Scalar,
  type X,
} from "./kinds.ts";
import { everyElement } from "./patterns.ts";
import { broadcastNode, liftAll } from "./views.ts";

interface Functional<A, N extends Names>
  extends Ruled<A, N>,
    Partial<Pick<Elementwise<A, N>, "lower" | "hidesNaN" | "absorbs" | "batch">> {
  /** The function itself; `scalarOf` where it depends on attributes. */
  readonly scalar?: Scalar;
  readonly scalarOf?: (attrs: A) => Scalar;
  readonly operations?: number;
  readonly dtype?: DType | "keep";
  /** Whether all of its values are whole, infinite or NaN. */
  readonly integral?: boolean;
  /** The first operand kept by dtype "keep". */
  readonly keepFrom?: number;
}

/** What a declaration of an elementwise operator says. */
type ElementwiseDeclaration<S = AttributeSpecs, A = Attrs, N extends Names = Names> = Omit<
  Described<S, N>,
  "costText"
> &
  Functional<NoInfer<A>, N>;

/** An elementwise primitive: a function of numbers, broadcast by NumPy's rule. */
export function elementwise<S = None, const N extends Names = X>(
  declaration: ElementwiseDeclaration<S, AttributesOf<S>, N>,
): Op<ElementwiseOperator>;
export function elementwise(declaration: ElementwiseDeclaration): Op<ElementwiseOperator> {
  const { operations = 1, dtype = "float64", keepFrom = 0, scalar, scalarOf = () => scalar!, lower } = declaration;
  const resultDType = (args: readonly Node[]) => (dtype === "keep" ? commonDType(args.slice(keepFrom)) : dtype);
  const full = {
    costText: `${operations} per element`,
    pattern: everyElement,
    ...declaration,
    infer: (args: readonly Node[], attrs: Attrs) => ({ shape: broadcastAll(args), dtype: resultDType(args), attrs }),
    cost: (node: Node) => operations * elementCount(node.shape),
  };
  const record: ElementwiseOperator = recordOf(full, {
    kind: "elementwise",
    scalar: scalarOf,
    lower,
    ...evaluationOf({
      ...full,
      coerce: (args, { shape, dtype: result }) => {
        // Comparisons and conditions read any dtype; arithmetic reads float64.
        const target = dtype === "keep" ? result : "float64";
        const fits = (x: Node, i: number) => dtype === "bool" || i < keepFrom || x.dtype === target;
        if (args.every((x, i) => fits(x, i) && sameShape(x.shape, shape))) return args;
        return args.map((x, i) => broadcastNode(fits(x, i) ? x : castNode(x, target), shape));
      },
      evaluate: (args, node, budget) => mapElements(scalarOf(node.attrs), args, node, operations, budget),
      batch:
        declaration.batch ??
        ((node, args, batched, size) => args[0]!.builder.build(node.op, liftAll(args, batched, size), node.attrs)),
    }),
  });
  return callable(declaration.integral ? { ...record, integral: () => true } : record);
}

interface Known<A, N extends Names> extends Omit<Functional<A, N>, "scalar" | "scalarOf" | "lower" | "zero"> {
  readonly zero?: readonly number[];
}

/**
 * A number that is known already, the last operand, with rules of its own by the operands it is a function of. For
 * partial derivatives whose own derivative, taken operator by operator, would cancel or overflow on the way.
 */
export function known<S = None, const N extends Names = X>(
  declaration: Omit<Described<S, N>, "costText"> & Known<NoInfer<AttributesOf<S>>, N>,
): Op<ElementwiseOperator>;
export function known(
  declaration: Omit<Described<AttributeSpecs, Names>, "costText"> & Known<Attrs, Names>,
): Op<ElementwiseOperator> {
  const { operands = ["x"], zero = [] } = declaration;
  const last = operands.length - 1;
  return elementwise<AttributeSpecs, Names>({
    ...declaration,
    operations: 0,
    scalar: (...numbers) => numbers[last]!,
    lower: (_, numbers) => numbers[last]!,
    hidesNaN: range(last),
    // What its tangent would give is in the rules of the others.
    zero: [...zero, last],
  });
}

/** An elementwise operator whose derivative is 0 wherever it exists. */
export function piecewiseConstant<S = None, const N extends Names = X>(
  declaration: ElementwiseDeclaration<S, AttributesOf<S>, N>,
): Op<ElementwiseOperator> {
  return elementwise<S, N>({ ...declaration, zero: "all" });
}
