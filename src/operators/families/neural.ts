import { optional } from "../../graph/attribute.ts";
import type { Node } from "../../graph/operator.ts";
import { castNode } from "../cast.ts";
import { composite, normalizeAxis, type Op } from "../kinds.ts";
import { subtract } from "../linear.ts";
import { sum } from "../views.ts";
import { divide } from "./arithmetic.ts";
import { exp, log } from "./exponential.ts";
import { finiteMaximum } from "./reductions.ts";

function alongAxis(
  name: string,
  summary: string,
  formula: string,
  cost: number,
  compose: (shifted: Node, kept: Readonly<Record<string, unknown>>) => Node,
): Op {
  return composite({
    name,
    summary,
    formula,
    attributes: { axis: optional("integer", "the axis that sums to 1", -1) },
    costText: `${cost} per element`,
    infer: (args, attrs) => {
      const { shape } = args[0];
      return { shape, dtype: "float64", attrs: { axis: normalizeAxis(attrs.axis, shape.length) } };
    },
    compose: ([x], { attrs }) => {
      const kept = { axis: [attrs.axis], keepdims: true };
      if (x.shape.includes(0)) return castNode(x, "float64");
      return compose(subtract(x, finiteMaximum(x, kept)), kept);
    },
  });
}

export const softmax: Op = alongAxis(
  "softmax",
  "exp(x) / sum(exp(x)) along an axis",
  "softmax(x) * (dx - sum(softmax(x) * dx))",
  27,
  (shifted, kept) => {
    const weights = exp(shifted);
    return divide(weights, sum(weights, kept));
  },
);

export const log_softmax: Op = alongAxis(
  "log_softmax",
  "the logarithm of softmax",
  "dx - sum(softmax(x) * dx)",
  24,
  (shifted, kept) => subtract(shifted, log(sum(exp(shifted), kept))),
);
