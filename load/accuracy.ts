/**
 * Measures every vector function against its reference tables, and linear algebra, and writes `load/accuracy.md`.
 *
 * Usage: `npm run accuracy`. For more points, make larger tables with `test/codegen/vector/data/*.py` and name their
 * folder in TABLES.
 */
import { writeFileSync } from "node:fs";
import { vectorFunctions } from "../src/codegen/vector/index.ts";
import { readTable, tableNames, type Worst, worstErrors } from "../test/codegen/vector/tables.ts";
import { linearAlgebraSection } from "./linear-algebra/accuracy.ts";

const header = `# Accuracy of the vector functions

Written by \`npm run accuracy\`. The worst error of each result, in units in the last place of the true value, at the
points of its table; fused is where the machine rounds a·b + c once. The unit of logaddexp is that of the largest of
operands and result, because its zeros are ill conditioned.

| Function | Table | Points | Fused | at | Rounded twice | at | Bound |
| --- | --- | ---: | ---: | --- | ---: | --- | ---: |
`;

const rows = vectorFunctions.flatMap((declared) => {
  const fused = worstErrors(vectorFunctions, declared, { isFused: true });
  const twice = worstErrors(vectorFunctions, declared, { isFused: false });
  return tableNames(declared).map((table, k) => {
    const points = readTable(table).value.length;
    return `| ${declared.name} | ${table} | ${points} | ${cells(fused[k]!)} | ${cells(twice[k]!)} | ${declared.ulpMax} |\n`;
  });
});
writeFileSync(new URL("accuracy.md", import.meta.url), header + rows.join("") + linearAlgebraSection());

function cells({ ulps, at }: Worst): string {
  return `${ulps.toFixed(3)} | ${at.join(", ")}`;
}
