import { expect, test } from "vitest";
import { nodesOf, operationsOf } from "../../src/graph/graph.ts";
import type { Operator } from "../../src/graph/operator.ts";
import { elementCount, type Shape } from "../../src/graph/shape.ts";
import { expand } from "../../src/transforms/expand.ts";
import { graphOf, newBuilder, resultsIn } from "../support/graphs.ts";
import { isIndex } from "../support/operator-cases.ts";
import { operators } from "../support/plain-operators.ts";

/** Operands so large that only what grows with them counts, and attributes; matrices and none where nothing is said. */
const large: Readonly<Record<string, { shapes?: readonly Shape[]; attrs?: Readonly<Record<string, unknown>> }>> = {
  clip: { attrs: { min: 0, max: 1 } },
  polygamma: { attrs: { n: 2 } },
  logsumexp: { attrs: { axis: 1 } },
  norm: { attrs: { axis: 0 } },
  cumulative_sum: { attrs: { axis: 0 } },
  cumulative_prod: { attrs: { axis: 0 } },
  cross: {
    shapes: [
      [900, 3],
      [900, 3],
    ],
  },
  einsum: {
    shapes: [
      [90, 200],
      [200, 70],
    ],
    attrs: { equation: "ij,jk->ik" },
  },
  matmul: {
    shapes: [
      [90, 200],
      [200, 70],
    ],
  },
  tensordot: {
    shapes: [
      [90, 200],
      [200, 70],
    ],
    attrs: { axes: 1 },
  },
  outer: { shapes: [[90], [200]] },
  broadcast_to: { attrs: { shape: [3, 90, 200] } },
  pad: {
    attrs: {
      pad_width: [
        [1, 0],
        [0, 2],
      ],
    },
  },
  permute_dims: { attrs: { axes: [1, 0] } },
  reshape: { attrs: { shape: [200, 90] } },
  slice: { attrs: { start: [1, 1], stop: [80, 90] } },
  roll: { attrs: { axis: [0, 1], shift: [3, 4] } },
  squeeze: { shapes: [[90, 1, 200]], attrs: { axis: 1 } },
  tile: { attrs: { repetitions: [2, 3] } },
  arange: { attrs: { start: 1, stop: 9000, step: 0.5 } },
  eye: { attrs: { n: 90 } },
  full: { attrs: { shape: [90, 200], value: 2 } },
  ...Object.fromEntries(
    ["cholesky", "det", "eigh", "eigvalsh", "expm", "inv", "slogdet"].map((name) => [name, { shapes: [[90, 90]] }]),
  ),
  ...Object.fromEntries(
    ["solve", "triangular_solve"].map((name) => [
      name,
      {
        shapes: [
          [90, 90],
          [90, 40],
        ],
      },
    ]),
  ),
  matrix_power: { shapes: [[90, 90]], attrs: { n: 2 } },
  lu: { shapes: [[200, 90]] },
  qr: { shapes: [[200, 90]] },
  lstsq: {
    shapes: [
      [200, 90],
      [200, 40],
    ],
  },
  quantile: { attrs: { q: 0.5 } },
  top_k: { attrs: { k: 150 } },
  bincount_weighted: { shapes: [[9000], [9000]], attrs: { length: 900 } },
  interp: { shapes: [[90_000], [9], [9]] },
  cubic_spline: { shapes: [[90_000], [9], [9]] },
  searchsorted: { shapes: [[9], [9000]] },
  one_hot: { shapes: [[90]], attrs: { n: 200 } },
  unfold: { attrs: { size: 5 } },
  avg_pool: { attrs: { window: [5], strides: [1] } },
  max_pool: { attrs: { window: [5], strides: [1] } },
  conv: {
    shapes: [
      [3, 8, 100],
      [16, 8, 5],
    ],
  },
  layer_norm: { shapes: [[90, 200], [200], [200]] },
  gru_cell: { shapes: [[90], [200], [600, 90], [600, 200], [600], [600]] },
  lstm_cell: { shapes: [[90], [200], [200], [800, 90], [800, 200], [800], [800]] },
  cast: { attrs: { dtype: "float32" } },
  diag: { shapes: [[900]] },
  kron: {
    shapes: [
      [30, 20],
      [9, 20],
    ],
  },
  put_add: { shapes: [[900], [4000], [4000]] },
  take: { shapes: [[900], [4000]] },
};

/** What the words of the table count, of an operator with some operands, attributes and a result. */
const quantities: Readonly<Record<string, (called: Called) => number>> = {
  "per element": ({ result }) => elementCount(result),
  "per element of x": ({ shapes }) => elementCount(shapes[0]!),
  "per element of v, and of t where that is a view": ({ shapes }) => elementCount(shapes[2]!),
  "per element and bound": ({ result, attrs }) => elementCount(result) * Object.keys(attrs).length,
  "per element and axis": ({ result, attrs }) => elementCount(result) * (attrs.axis as readonly number[]).length,
  "per element summed": ({ shapes }) => Math.min(...shapes[0]!),
  "per vector": ({ shapes }) => elementCount(shapes[0]!) / 3,
  "for copies": ({ shapes }) => elementCount(shapes[0]!) / 3,
  "per element of w": ({ shapes }) => elementCount(shapes[1]!),
  "per element of its windows": ({ shapes: [, w], result, attrs }) =>
    w
      ? (elementCount(result) / w[0]!) * elementCount(w.slice(1))
      : elementCount(result) * elementCount(attrs.window as Shape),
  "per element and weight of a feature": ({ shapes, result }) =>
    elementCount(result) * elementCount(shapes[1]!.slice(1)),
  "per weight": ({ shapes }) => elementCount(shapes.at(-4)!) + elementCount(shapes.at(-3)!),
  "per gate and unit": ({ shapes }) => elementCount(shapes.at(-1)!),
  "n^3": ({ shapes: [a] }) => a![0]! ** 3,
  "n^3 per product": ({ shapes: [a] }) => a![0]! ** 3,
  "n^2 k": ({ shapes: [a, b] }) => a![0]! ** 2 * b![1]!,
  "m n^2": ({ shapes: [a] }) => a![0]! * a![1]! ** 2,
  "m n min(m, n)": ({ shapes: [a] }) => a![0]! * a![1]! * Math.min(...a!),
  "m n k": ({ op }) => productsOf(op),
};

function productsOf({ name }: Operator): number {
  return name === "vecdot" ? 90 * 200 : name === "lstsq" ? 200 * 90 * 40 : 90 * 200 * 70;
}

interface Called {
  readonly op: Operator;
  readonly shapes: readonly Shape[];
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly result: Shape;
}

test.each(operators)("$name costs what is published", (op) => {
  const operands = op.operands.flatMap((name) => (name.startsWith("...") ? [name, name] : [name]));
  const { shapes = operands.map(() => [90, 200]), attrs = {} } = large[op.name] ?? {};
  const builder = newBuilder();
  const specs = shapes.map((shape, i) => ({
    shape,
    dtype: isIndex(op, i) ? ("int32" as const) : ("float64" as const),
  }));
  const graph = graphOf(specs, (...args) => resultsIn(builder.apply(op, args, attrs)), builder);
  const counted = operationsOf(nodesOf(expand(graph, newBuilder())));
  const called = { op, shapes, attrs, result: graph.outputs[0]!.node.shape };
  const published = publishedCost(op.costText, called);
  expect(Math.abs(counted - published), `${counted} counted, ${published} published`).toBeLessThanOrEqual(
    0.02 * counted,
  );
});

function publishedCost(text: string, called: Called): number {
  if (text === "0") return 0;
  const terms = text.split(/, and (?=\d)|, (?=\d)/).map((term) => /^(\d+) (.*)$/.exec(term)!);
  return terms.reduce((total, [, factor, what]) => total + Number(factor) * quantities[what!]!(called), 0);
}
