import { ServiceError } from "../errors.ts";
import type { Budget } from "../graph/budget.ts";
import { type Coloring, colorColumns } from "../sparse/coloring.ts";
import type { Pattern } from "../sparse/pattern.ts";
import { propagate } from "../sparse/propagate.ts";
import { colorStar } from "../sparse/star.ts";
import type { Derived } from "./derived.ts";

/** The sparsity of a Jacobian or Hessian, and colourings of it; what is absent had more entries than allowed. */
export interface Structure {
  readonly pattern: Pattern;
  /** Of a Hessian a star colouring, and the rows are coloured as the columns. */
  readonly columns: Coloring;
  readonly rows: Coloring;
  readonly bytes: number;
}

/** That a pattern had too many entries. */
export interface NoStructure {
  readonly pattern: undefined;
  readonly bytes: number;
}

/**
 * Works out the sparsity of the matrix that a derivative program gives the products of: `jvp` and `hvp` programs yield
 * its columns, `vjp` programs its rows. Throws `limit_exceeded`.
 */
export function structureOf(derived: Derived, entriesMax: number, budget: Budget): Structure {
  const found = propagate(derived.graph, derived, entriesMax, budget);
  budget.check();
  if (derived.kind.isSymmetric) {
    const pattern = found.symmetric();
    const columns = colorStar(pattern, budget);
    return { pattern, columns, rows: columns, bytes: pattern.bytes + columns.colors.byteLength };
  }
  const pattern = derived.kind.isReverse ? found.transposed() : found;
  const columns = colorColumns(pattern, budget);
  const rows = colorColumns(pattern.transposed(), budget);
  return { pattern, columns, rows, bytes: pattern.bytes + columns.colors.byteLength + rows.colors.byteLength };
}

/** As {@link structureOf}, but a pattern beyond the limit is no error. */
export function structureWithin(derived: Derived, entriesMax: number, budget: Budget): Structure | NoStructure {
  try {
    return structureOf(derived, entriesMax, budget);
  } catch (error) {
    if (error instanceof ServiceError && error.type === "limit_exceeded") return { pattern: undefined, bytes: 0 };
    throw error;
  }
}
