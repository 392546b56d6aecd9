import type { Operator } from "../graph/operator.ts";
import * as arithmetic from "./arithmetic.ts";
import * as arrangement from "./arrangement.ts";
import * as choice from "./choice.ts";
import * as creation from "./creation.ts";
import * as cumulative from "./cumulative.ts";
import * as differentiation from "./differentiation.ts";
import * as exponential from "./exponential.ts";
import * as indexing from "./indexing.ts";
import type { Op } from "./kinds.ts";
import * as neural from "./neural.ts";
import * as products from "./products.ts";
import * as reductions from "./reductions.ts";
import * as rounding from "./rounding.ts";
import * as special from "./special.ts";
import * as structure from "./structure.ts";
import * as trigonometric from "./trigonometric.ts";

const families = [
  arithmetic,
  exponential,
  trigonometric,
  special,
  rounding,
  choice,
  reductions,
  cumulative,
  products,
  structure,
  arrangement,
  creation,
  indexing,
  neural,
  differentiation,
];

/** The operators of the wire contract, family by family, each by name. */
export const operators: readonly Operator[] = families
  .flatMap((family) => Object.values(family) as unknown[])
  .filter((value): value is Op => typeof value === "function" && "operator" in value)
  .map((op) => op.operator)
  .filter((operator) => operator.family !== "internal");

const byName = new Map<string, Operator>(
  operators.flatMap((operator) => [operator.name, ...operator.aliases].map((name) => [name, operator] as const)),
);

/** The operator of a name or alias, or undefined. */
export function findOperator(name: string): Operator | undefined {
  return byName.get(name);
}
