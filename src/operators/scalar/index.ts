export { erf, erfc } from "./erf.ts";
export { digamma, lgamma } from "./gamma.ts";
export { logaddexp, sigmoid, softplus } from "./logistic.ts";
export { polygamma } from "./polygamma.ts";
export { exp2, hypot, pow } from "./power.ts";
export { remainder, roundHalfEven, sign } from "./rounding.ts";
