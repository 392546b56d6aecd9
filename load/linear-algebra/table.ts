import { duration, table, times } from "../table.ts";
import { atMost, type Target } from "../target.ts";
import type { LinearAlgebraRow } from "./measure.ts";

/** Operators by size, beside others where these were measured. */
export function linearAlgebraTable(rows: readonly LinearAlgebraRow[]): string {
  const shown = (seconds: number | undefined) => (seconds === undefined ? "–" : duration(seconds));
  const ratio = (ours: number, theirs: number | undefined) => (theirs === undefined ? "–" : times(ours / theirs));
  return table(
    ["Operator", "n", "Value", "NumPy or SciPy", "Beside", "Value and gradient", "JAX", "Beside"],
    rows.map(({ name, size, valueSeconds, derivativeSeconds, numpySeconds, jaxSeconds }) => [
      name,
      size,
      duration(valueSeconds),
      shown(numpySeconds),
      ratio(valueSeconds, numpySeconds),
      duration(derivativeSeconds),
      shown(jaxSeconds),
      ratio(derivativeSeconds, jaxSeconds),
    ]),
  );
}

/** Factorisations and solutions at 200 rows take no more than four times what NumPy takes. */
export function linearAlgebraTargets(rows: readonly LinearAlgebraRow[]): Target[] {
  return ["cholesky", "lu", "solve"].flatMap((wanted) => {
    const row = rows.find(({ name, size }) => name === wanted && size === 200);
    if (row?.numpySeconds === undefined) return [];
    return [atMost(`${wanted}, 200 rows, beside NumPy`, row.valueSeconds / row.numpySeconds, 4, times)];
  });
}
