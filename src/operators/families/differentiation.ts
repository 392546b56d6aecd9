import { coerceFloat } from "../cast.ts";
import { type Op, primitive } from "../kinds.ts";

export const stop_gradient: Op = primitive({
  name: "stop_gradient",
  summary: "x, held constant by every derivative",
  formula: "0",
  costText: "0",
  infer: (args, attrs) => {
    return { shape: args[0].shape, dtype: "float64", attrs };
  },
  coerce: coerceFloat,
  cost: () => 0,
  form: { kind: "view", layout: "strided" },
  evaluate: ([x]) => x,
  batch: (_, args) => stop_gradient(args[0]),
  zero: "all",
});
