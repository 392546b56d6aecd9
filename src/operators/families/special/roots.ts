import { required } from "../../../graph/attribute.ts";
import type { ElementwiseOperator } from "../../../graph/operator.ts";
import { elementwise } from "../../elementwise.ts";
import type { Op } from "../../kinds.ts";
import { scale } from "../../linear.ts";
import * as scalar from "../../scalar/index.ts";
import { smooth } from "../../smooth.ts";
import { multiply } from "../arithmetic.ts";
import { equal } from "../choice.ts";
import { pow } from "../exponential.ts";

export const cbrt: Op<ElementwiseOperator> = smooth({
  name: "cbrt",
  summary: "the cube root of x, negative for negative x",
  formula: "dx / (3 * cbrt(x)^2)",
  kink: { told: "Infinity at 0", at: ([x]) => equal(x!, 0) },
  scalar: scalar.cbrt,
  partial: (x) => multiply(1 / 3, cbrtPower(x, { power: -2 })),
});

/** A whole power of the cube root, whose derivative is another one. */
export const cbrtPower: Op<ElementwiseOperator> = elementwise({
  name: "cbrt_power",
  summary: "cbrt(x)^power",
  formula: "power/3 cbrt(x)^(power-3) dx",
  attributes: { power: required("integer", "the power") },
  operations: 60,
  scalarOf:
    ({ power }) =>
    (x) =>
      scalar.cbrt(x) ** power,
  jvp: [
    (dx, [x], out) => {
      const { power } = out.attrs;
      return scale(dx, multiply(power / 3, cbrtPower(x, { power: power - 3 })));
    },
  ],
});

export const rsqrt: Op<ElementwiseOperator> = smooth({
  name: "rsqrt",
  summary: "1 / sqrt(x)",
  formula: "-dx / (2 * x * sqrt(x))",
  domain: "x > 0",
  operations: 8,
  scalar: scalar.rsqrt,
  lower: (m, [x]) => m.div(m.constant(1), m.sqrt(x)),
  partial: (x) => multiply(-0.5, pow(x, -1.5)),
});
