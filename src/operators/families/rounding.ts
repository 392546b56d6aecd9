import type { ElementwiseOperator, Kink } from "../../graph/operator.ts";
import { piecewiseConstant } from "../elementwise.ts";
import type { Op } from "../kinds.ts";
import { subtract } from "../linear.ts";
import { roundHalfEven } from "../scalar/index.ts";
import { equal, logical_and, logical_or, not_equal } from "./choice.ts";

const told = "0 at the jumps";
const atIntegers: Kink = { told, at: ([x], out) => equal(x!, out) };

export const floor: Op<ElementwiseOperator> = piecewiseConstant({
  name: "floor",
  integral: true,
  summary: "the largest integer not above x",
  formula: "0",
  kink: atIntegers,
  scalar: Math.floor,
  lower: (m, [x]) => m.floor(x),
});

export const ceil: Op<ElementwiseOperator> = piecewiseConstant({
  name: "ceil",
  integral: true,
  summary: "the smallest integer not below x",
  formula: "0",
  kink: atIntegers,
  scalar: Math.ceil,
  lower: (m, [x]) => m.ceil(x),
});

export const round: Op<ElementwiseOperator> = piecewiseConstant({
  name: "round",
  integral: true,
  summary: "the integer nearest to x, an even one when two are",
  formula: "0",
  kink: {
    told,
    at: ([x], out) => logical_or(equal(subtract(x!, out), 0.5), equal(subtract(out, x!), 0.5)),
  },
  scalar: roundHalfEven,
  lower: (m, [x]) => m.nearest(x),
});

export const trunc: Op<ElementwiseOperator> = piecewiseConstant({
  name: "trunc",
  integral: true,
  summary: "the integer part of x",
  formula: "0",
  kink: { told, at: ([x], out) => logical_and(equal(x!, out), not_equal(x!, 0)) },
  scalar: Math.trunc,
  lower: (m, [x]) => m.trunc(x),
});
