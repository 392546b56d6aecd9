import type { VectorFunction } from "./function.ts";

/** All vector functions. */
export const vectorFunctions: readonly VectorFunction[] = [];
