import { circulars } from "./circular.ts";
import { exponentials } from "./exponential.ts";
import type { VectorFunction } from "./function.ts";
import { inverseCirculars } from "./inverse-circular.ts";
import { logarithms } from "./logarithm.ts";

/** Every vector function, family by family. */
export const vectorFunctions: readonly VectorFunction[] = [
  ...circulars,
  ...exponentials,
  ...inverseCirculars,
  ...logarithms,
];
