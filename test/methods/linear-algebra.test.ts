import { describe, expect, test } from "vitest";
import { start } from "./service.ts";

/** A graph of one operator on its operands. */
function graphOf(op: string, shapes: readonly (readonly number[])[], attrs: object = {}, results = 1) {
  const names = shapes.map((_, i) => `x${i}`);
  const outputs =
    results === 1 ? ["y"] : Array.from({ length: results }, (_, i) => ({ name: `y${i}`, node: `y:${i}` }));
  return {
    inputs: shapes.map((shape, i) => ({ name: names[i], shape })),
    nodes: [{ id: "y", op, args: names, attrs }],
    outputs,
  };
}

const two = [[2, 2]];
const indefinite = [
  [1, 2],
  [2, 1],
];
const singular = [
  [1, 2],
  [2, 4],
];
const regular = [
  [2, 1],
  [1, 3],
];

describe("what a matrix makes meaningless is told", () => {
  test("by evaluate, at which points of a batch", async () => {
    const { ok } = start();
    const call = { graph: graphOf("cholesky", two), inputs: { x0: [regular, indefinite, regular] }, batch: 3 };
    const { outputs, warnings } = await ok("evaluate", call);
    expect(outputs.y[1]).toEqual([
      ["NaN", "NaN"],
      ["NaN", "NaN"],
    ]);
    expect(outputs.y[0][0][0]).toBeCloseTo(Math.SQRT2, 15);
    expect(warnings).toMatchObject([{ type: "singular", node: "y", operator: "cholesky", points: [1] }]);
  });

  test("by gradient and jacobian", async () => {
    const { ok } = start();
    const graph = graphOf("solve", [[2, 2], [2]]);
    const { warnings } = await ok("jacobian", { graph, inputs: { x0: singular, x1: [1, 2] } });
    expect(warnings[0]).toMatchObject({ type: "singular", node: "y", operator: "solve" });
    const fine = await ok("jacobian", { graph, inputs: { x0: regular, x1: [1, 2] } });
    expect(fine).not.toHaveProperty("warnings");
  });

  test("of vectors of equal eigenvalues, where their derivative is asked for", async () => {
    const { ok } = start();
    const graph = graphOf("eigh", two, {}, 2);
    const identity = [
      [1, 0],
      [0, 1],
    ];
    const { jacobian, warnings } = await ok("jacobian", { graph, inputs: { x0: identity } });
    expect(jacobian.y0.x0.flat(2)).toEqual([1, 0, 0, 0, 0, 0, 0, 1]);
    expect(jacobian.y1.x0.flat(3)).toContain("NaN");
    expect(warnings[0]).toMatchObject({ type: "degenerate", node: "y", operator: "eigh" });
    const { warnings: none } = await ok("jacobian", { graph, inputs: { x0: identity }, of: ["y0"] });
    expect(none).toBeUndefined();
  });

  test.each(["q, y = qr(A)", "p, l, y = lu(A)"])(
    "of pivots of 0 in %s, whose row is 0 too, in both modes",
    async (formula) => {
      const { ok } = start();
      const inputs = {
        A: [
          [0, 0],
          [0, 0],
        ],
      };
      for (const mode of ["forward", "reverse"]) {
        const { jacobian, warnings } = await ok("jacobian", { graph: { expression: formula }, inputs, mode });
        expect(jacobian.y.A[1][1].flat()).toContain("NaN");
        expect(warnings[0]).toMatchObject({ type: "singular" });
      }
    },
  );

  test("but a last pivot of 0 leaves square matrices the derivatives that they have", async () => {
    const { ok } = start();
    const [graph, inputs] = [{ expression: "p, l, y = lu(A)" }, { A: singular }];
    const { jacobian, warnings } = await ok("jacobian", { graph, inputs });
    // y11 is a01 − a11 a00 / a10 here.
    expect(jacobian.y.A[1][1]).toEqual([
      [-2, 1],
      [1, -0.5],
    ]);
    expect(warnings).toBeUndefined();
    const columns = {
      A: [
        [3, 0],
        [4, 0],
      ],
    };
    const { jacobian: ofR } = await ok("jacobian", { graph: { expression: "q, y = qr(A)" }, inputs: columns });
    expect(ofR.y.A[0][1].flat().map((x: number) => x.toFixed(12))).toEqual(
      [0, -0.6, 0, -0.8].map((x) => x.toFixed(12)),
    );
  });

  test.each(["eigvalsh", "svdvals"])("of equal values of %s, for whom looks for kinks", async (name) => {
    const { ok } = start();
    const graph = { expression: `sum(${name}(A) * [1, 2])` };
    const inputs = {
      A: [
        [3, 0],
        [0, 3],
      ],
    };
    const { warnings } = await ok("gradient", { graph, inputs, diagnose: true });
    expect(warnings).toMatchObject([{ type: "kink", operator: name }]);
    expect((await ok("hvp", { graph, inputs, seeds: inputs })).warnings).toContainEqual(warnings[0]);
  });
});

describe("bad input is told with operator and operand", () => {
  test.each([
    ["solve", [[2, 3], [2]], {}, "a", "must be square in its last two axes; received shape [2,3]"],
    ["det", [[3]], {}, "x", "must be a matrix, or several along leading axes; received shape [3]"],
    ["solve", [[2, 2], [3]], {}, "b", "has 3 rows, the matrix 2; received shape [3]"],
    [
      "solve",
      [
        [4, 2, 2],
        [3, 2, 1],
      ],
      {},
      "b",
      "leading axes [3] do not broadcast with [4]",
    ],
    ["triangular_solve", [[2, 2], []], {}, "b", "must be a vector or a matrix of right sides, is a scalar"],
    ["lstsq", [[2, 3], [2]], {}, "a", "needs at least as many rows as columns, received shape [2,3]"],
    ["kron", [[2], [2, 2]], {}, "x", "must be a matrix"],
    ["cholesky", [[2, 2]], { uper: true }, undefined, 'unknown attribute "uper"; known: upper'],
    ["matrix_power", [[2, 2]], { n: 0.5 }, undefined, 'attribute "n" must be an integer'],
    ["matrix_norm", [[2, 2]], { ord: 3 }, undefined, 'attribute "ord" must be one of fro, nuc, 1, -1, 2, -2'],
    ["qr", [[2, 2]], { mode: "raw" }, undefined, 'attribute "mode" must be "reduced" or "complete", received "raw"'],
    ["svd", [[2, 2]], { full_matrices: 1 }, undefined, 'attribute "full_matrices" must be true or false'],
  ])("%s of %j with %j", async (op, shapes, attrs, operand, reason) => {
    const { fails } = start();
    const error = await fails("graph.put", { graph: graphOf(op, shapes, attrs) });
    expect(error).toMatchObject({ code: -32001, node: "y", reason: expect.stringContaining(reason) });
    if (operand !== undefined) expect(error.operand).toBe(["a", "x"].includes(operand) ? 0 : 1);
  });

  test("a matrix beyond the limits takes no memory", async () => {
    const { fails } = start();
    const error = await fails("graph.put", { graph: graphOf("inv", [[100_000, 100_000]]) });
    expect(error).toMatchObject({ code: -32004, limit: "elements" });
  });

  test.each([
    ["eigh", 2],
    ["svd", 3],
    ["expm", 1],
  ])("a large %s obeys its deadline", async (op, results) => {
    const { fails } = start();
    const n = 700;
    const graph = {
      inputs: [{ name: "x" }],
      nodes: [
        { id: "r", op: "arange", attrs: { start: 0, stop: n * n } },
        { id: "s", op: "sin", args: ["r"] },
        { id: "m", op: "reshape", args: ["s"], attrs: { shape: [n, n] } },
        { id: "a", op: "multiply", args: ["m", "x"] },
        { id: "e", op, args: ["a"] },
        { id: "y", op: "sum", args: [results === 1 ? "e" : "e:0"] },
      ],
      outputs: ["y"],
    };
    const error = await fails("evaluate", { graph, inputs: { x: 1 }, timeoutMs: 150 });
    expect(error.code).toBe(-32005);
  });
});
