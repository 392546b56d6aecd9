import { elementwise } from "./kinds.ts";

export const stop_gradient = elementwise({
  name: "stop_gradient",
  family: "differentiation",
  summary: "x, held constant by every derivative",
  formula: "0",
  operations: 0,
  scalar: (x) => x,
  jvp: [],
});
