/** A call on a graph that has functions, loops, linear algebra or tables; the method is any that takes a graph. */
export interface Program {
  readonly graph: unknown;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const formula = (expression: string, inputs: Readonly<Record<string, unknown>>): Program => ({
  graph: { expression },
  inputs,
});

const scanned = {
  functions: {
    step: {
      inputs: [{ name: "c", shape: [2] }, { name: "r" }],
      nodes: [
        { id: "m", op: "multiply", args: ["c", 0.9] },
        { id: "s", op: "add", args: ["m", "r"] },
      ],
      outputs: ["s", "c"],
    },
    slope: { inputs: [{ name: "t" }], nodes: [{ id: "d", op: "sin", args: ["t"] }], outputs: ["d"] },
  },
  inputs: [
    { name: "x", shape: [2] },
    { name: "v", shape: [3] },
  ],
  nodes: [
    { id: "l", op: "scan", args: ["x", "v"], attrs: { function: "step", carry: 1 } },
    { id: "g", op: "map", args: ["v"], attrs: { function: "slope" } },
    { id: "a", op: "sum", args: ["l:0"] },
    { id: "b", op: "sum", args: ["g"] },
    { id: "y", op: "multiply", args: ["a", "b"] },
  ],
  outputs: ["y"],
};

const a = [
  [4, 1, 0.5],
  [1, 3, 0.2],
  [0.5, 0.2, 2],
];
const v = [1, 2, 3];

/** What the fuzzer changes something in: each is right as it is. */
export const programs: readonly Program[] = [
  { graph: scanned, inputs: { x: [1, 2], v } },
  formula("f(c, r) = (0.9 * c + r, c); last, rows = scan(f, 0, v); last + sum(rows)", { v }),
  formula("p(t) = t^3 - 2\nnewton(t) = t - p(t) / grad(p)(t)\nscan(newton, x, length=6)", { x: 1.5 }),
  formula("on(k, x) = x < 100\nnext(k, x) = k * x\nx, n = while(on, next, k, 1, constants=1, limit=100)\nx", { k: 3 }),
  formula("f(t) = sin(t) * t\nsum(map(grad(f), v))", { v }),
  formula("f(t) = t^2\ng(t) = -t\ncond(x > 1, f, g, x)", { x: 1.5 }),
  formula("f(t) = t^2\ng(t) = -t\nswitch(1, [f, g], x)", { x: 1.5 }),
  formula("b = solve(A, v); sum(b * v)", { A: a, v }),
  formula("_, r = qr(A); sum(r * r)", { A: a }),
  formula("w, q = eigh(A); sum(w^2) + sum(abs(q))", { A: a }),
  formula("sum(cholesky(A)) + log(det(A)) + sum(inv(A))", { A: a }),
  formula("u, s, w = svd(A); sum(s)", { A: a }),
  formula("interp(x, [0, 1, 2], [1, 3, 2]) * x", { x: 0.4 }),
  formula("sum(take(v, searchsorted([0.5, 1.5, 2.5], v)))", { v }),
  formula("f(t, k) = t - cos(t) * k\nroot(f, x, 1)", { x: 0.5 }),
];

/** Models by name, for the facades. */
export const models: Readonly<Record<string, Program>> = {
  m: {
    graph: { expression: "sum(x * x) * k", inputs: [{ name: "x", shape: [3] }, { name: "k" }] },
    inputs: { x: v, k: 2 },
  },
  loop: { graph: scanned, inputs: { x: [1, 2], v } },
};
