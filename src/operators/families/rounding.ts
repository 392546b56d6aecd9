import { piecewiseConstant } from "../elementwise.ts";
import { roundHalfEven } from "../scalar/index.ts";

const kink = "0 at the jumps";

export const floor = piecewiseConstant({
  name: "floor",
  summary: "the largest integer not above x",
  formula: "0",
  kink,
  scalar: Math.floor,
  lower: (m, [x]) => m.floor(x!),
});

export const ceil = piecewiseConstant({
  name: "ceil",
  summary: "the smallest integer not below x",
  formula: "0",
  kink,
  scalar: Math.ceil,
  lower: (m, [x]) => m.ceil(x!),
});

export const round = piecewiseConstant({
  name: "round",
  summary: "the integer nearest to x, an even one when two are",
  formula: "0",
  kink,
  scalar: roundHalfEven,
  lower: (m, [x]) => m.nearest(x!),
});

export const trunc = piecewiseConstant({
  name: "trunc",
  summary: "the integer part of x",
  formula: "0",
  kink,
  scalar: Math.trunc,
  lower: (m, [x]) => m.trunc(x!),
});
