import { exponentials } from "./exponential.ts";
import type { VectorFunction } from "./function.ts";
import { logarithms } from "./logarithm.ts";

/** Every vector function, family by family. */
export const vectorFunctions: readonly VectorFunction[] = [...exponentials, ...logarithms];
