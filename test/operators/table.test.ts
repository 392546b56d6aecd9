import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import type { Operator } from "../../src/graph/operator.ts";
import { publicForms } from "../../src/notation/public-forms.ts";
import { operators } from "../../src/operators/index.ts";

const src = new URL("../../src/operators/", import.meta.url);
const paths = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));

test("what a file exports is published, or has a form in what is", async () => {
  const modules: Record<string, unknown>[] = await Promise.all(paths.map((path) => import(new URL(path, src).href)));
  const exported = modules
    .flatMap((module) => Object.values(module))
    .filter((value): value is { operator: Operator } => typeof value === "function" && "operator" in value)
    .map(({ operator }) => operator)
    // Loops and what else has several results is no part of formulas.
    .filter((operator) => !operator.results || operators.includes(operator) || publicForms.has(operator));
  const lost = exported.filter((operator) => !operators.includes(operator) && !publicForms.has(operator));
  expect(lost.map(({ name }) => name)).toEqual([]);
  expect(new Set(exported).size).toBe(operators.length + publicForms.size);
});

test("names and aliases are taken once", () => {
  const names = operators.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(names).toEqual([...new Set(names)]);
});
