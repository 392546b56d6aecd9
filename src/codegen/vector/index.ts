import { circulars } from "./circular.ts";
import { errorFunctions } from "./error-function.ts";
import { exponentials } from "./exponential.ts";
import type { VectorFunction } from "./function.ts";
import { hyperbolics } from "./hyperbolic.ts";
import { inverseCirculars } from "./inverse-circular.ts";
import { inverseHyperbolics } from "./inverse-hyperbolic.ts";
import { logarithms } from "./logarithm.ts";
import { logistics } from "./logistic.ts";
import { powers } from "./power.ts";
import { roundings } from "./rounding.ts";

const families: readonly (readonly VectorFunction[])[] = [
  circulars,
  errorFunctions,
  exponentials,
  hyperbolics,
  inverseCirculars,
  inverseHyperbolics,
  logarithms,
  logistics,
  powers,
  roundings,
];

/** Every vector function, family by family. */
export const vectorFunctions: readonly VectorFunction[] = families.flat();

/** For each function that shares work with others on the same operand, the name of what computes them together. */
export const familyOf: ReadonlyMap<string, string> = new Map(
  vectorFunctions.flatMap(({ name, parts = [] }) => parts.map((part) => [part, name] as const)),
);
