import { required } from "../../../graph/attribute.ts";
import type { ElementwiseOperator } from "../../../graph/operator.ts";
import { elementwise } from "../../elementwise.ts";
import type { Op } from "../../kinds.ts";
import { scale } from "../../linear.ts";

/** What the derivatives of one function are declared by. */
interface Slopes {
  readonly name: string;
  /** The function, as people read it. */
  readonly of: string;
  readonly operations: number;
  /** The n-th derivative at x, n ≥ 1. */
  readonly scalar: (n: number, x: number) => number;
}

/** The derivatives of a function of one number as one operator with their order `n`: the derivative of each is the next. */
export function slopes({ name, of, operations, scalar }: Slopes): Op<ElementwiseOperator> {
  const slope: Op<ElementwiseOperator> = elementwise({
    name,
    summary: `the n-th derivative of ${of}`,
    formula: "the next derivative times dx",
    attributes: { n: required("natural", "the order, at least 1") },
    operations,
    scalarOf:
      ({ n }) =>
      (x) =>
        scalar(n, x),
    jvp: [(dx, [x], out) => scale(dx, slope(x, { n: out.attrs.n + 1 }))],
  });
  return slope;
}
