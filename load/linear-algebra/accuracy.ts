import { readFileSync } from "node:fs";
import { multiply } from "../../src/operators/families/arithmetic.ts";
import { add } from "../../src/operators/linear.ts";
import { sum } from "../../src/operators/views.ts";
import { gradient, hvp } from "../../src/transforms/derive.ts";
import { applied, finished, floats, primalOf, run } from "../../test/support/graphs.ts";
import { flat, type Nested, tensor } from "../../test/support/tensors.ts";

interface Case {
  readonly op: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly operands: readonly Nested[];
  readonly values: readonly Nested[];
  readonly weights?: readonly Nested[];
  readonly gradient?: readonly Nested[];
  readonly direction?: readonly Nested[];
  readonly hvp?: readonly Nested[] | null;
}

interface Worst {
  value: number;
  slope: number;
  product: number;
}

/** Linear algebra beside LAPACK and JAX on the matrices of the tests: the worst differences, as a section in Markdown. */
export function linearAlgebraSection(): string {
  const file = new URL("../../test/data/linear-algebra.json", import.meta.url);
  const cases: readonly Case[] = JSON.parse(readFileSync(file, "utf8"));
  const worst = new Map<string, Worst>();
  for (const given of cases) {
    const known = worst.get(given.op) ?? { value: 0, slope: Number.NaN, product: Number.NaN };
    worst.set(given.op, joined(known, errorsOf(given)));
  }
  const rows = Array.from(
    worst,
    ([op, { value, slope, product }]) => `| ${op} | ${shown(value)} | ${shown(slope)} | ${shown(product)} |\n`,
  );
  return `
## Linear algebra

Differences from LAPACK's values, and from JAX's gradients and products with Hessians of a weighted sum of all results,
relative to the largest number of each, on the matrices of \`test/data/linear-algebra.json\`.

| Operator | Values | Gradients | Products with Hessians |
| --- | ---: | ---: | ---: |
${rows.join("")}`;
}

function errorsOf(given: Case): Worst {
  const tensors = given.operands.map((x) => tensor(x));
  const primal = primalOf(applied(given.op, tensors, given.attrs));
  const value = distance(run(primal, tensors).map(flat), given.values);
  if (!given.weights || !given.gradient) return { value, slope: Number.NaN, product: Number.NaN };
  const terms = primal.outputs.map(({ node }, i) =>
    sum(multiply(node.builder.constant(tensor(given.weights![i]!)), node)),
  );
  const scalar = {
    inputs: primal.inputs,
    outputs: [{ name: "f", dtype: "float64" as const, node: terms.reduce((a, b) => add(a, b)) }],
  };
  const selection = floats(scalar);
  const slopes = run(finished(gradient(scalar, selection)), tensors).slice(1);
  const slope = distance(slopes.map(flat), given.gradient);
  if (!given.hvp || !given.direction) return { value, slope, product: Number.NaN };
  const seeds = given.direction.map((x) => tensor(x));
  const products = run(finished(hvp(scalar, selection)), [...tensors, ...seeds]).slice(1 + tensors.length);
  return { value, slope, product: distance(products.map(flat), given.hvp) };
}

function distance(actual: readonly (readonly number[])[], expected: readonly Nested[]): number {
  return actual.reduce((worst, list, i) => {
    const wanted = flat(tensor(expected[i]!));
    const size = wanted.reduce((largest, x) => Math.max(largest, Math.abs(x)), 1);
    return list.reduce((most, x, k) => Math.max(most, Math.abs(x - wanted[k]!) / size), worst);
  }, 0);
}

/** The larger of both errors; NaN stands for none. */
function joined(a: Worst, b: Worst): Worst {
  const larger = (x: number, y: number) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.max(x, y));
  return { value: larger(a.value, b.value), slope: larger(a.slope, b.slope), product: larger(a.product, b.product) };
}

function shown(x: number): string {
  return Number.isNaN(x) ? "–" : x === 0 ? "0" : x.toExponential(1);
}
