import { describe, expect, test } from "vitest";
import { type Json, start } from "../methods/service.ts";
import { branches, expectClose, inlinedNodes } from "./unrolled.ts";

const f = {
  inputs: [{ name: "a" }, { name: "b" }],
  nodes: [
    { id: "p", op: "multiply", args: ["a", "b"] },
    { id: "s", op: "sin", args: ["p"] },
  ],
  outputs: ["s", "p"],
};
const inputs = [{ name: "x" }, { name: "y" }];
const twice = {
  functions: { f },
  inputs,
  nodes: [
    { id: "u", op: "call", args: ["x", "y"], attrs: { function: "f" } },
    { id: "v", op: "call", args: ["u:0", "u:1"], attrs: { function: "f" } },
    { id: "z", op: "add", args: ["v:0", "u:1"] },
  ],
  outputs: ["z"],
};

describe("identity", () => {
  const idOf = async (graph: Json) => (await start().ok("graph.put", { graph })).graph;

  test("is not of names, of functions or in them, of their order, or of unused ones", async () => {
    const renamed = JSON.parse(JSON.stringify(twice).replaceAll('"f"', '"g"').replaceAll('"p"', '"q"'));
    const shapes = {
      ...f,
      inputs: [
        { name: "first", shape: [] },
        { name: "second", shape: [], dtype: "float64" },
      ],
    };
    const spelt = JSON.parse(JSON.stringify(shapes).replaceAll('"a"', '"first"').replaceAll('"b"', '"second"'));
    const others = { z: { inputs: [{ name: "c" }], nodes: [{ id: "n", op: "sin", args: ["c"] }], outputs: ["n"] } };
    const id = await idOf(twice);
    expect(await idOf(renamed)).toBe(id);
    expect(await idOf({ ...twice, functions: { ...others, f: spelt } })).toBe(id);
  });

  test("is of what functions do", async () => {
    const other = JSON.parse(JSON.stringify(twice).replace('"sin"', '"cos"'));
    expect(await idOf(other)).not.toBe(await idOf(twice));
  });

  test("is kept by the document that is printed", async () => {
    const { ok } = start();
    const { graph } = await ok("graph.put", { graph: twice });
    const { document } = await ok("graph.get", { graph });
    expect(Object.keys(document.functions)).toEqual(["f"]);
    expect((await ok("graph.put", { graph: document })).graph).toBe(graph);
    expect((await ok("gradient", { graph, inputs: { x: 0.7, y: 1.3 } })).gradient.x).toBeCloseTo(
      2.6192677601146985,
      12,
    );
  });
});

describe.each(["compiled", "interpreted"])("%s", (PROGRAMS) => {
  test("a call is its function in place", async () => {
    const { ok } = start({ PROGRAMS });
    const first = inlinedNodes(f, ["x", "y"], "u_");
    const second = inlinedNodes(f, first.outputs, "v_");
    const z = { id: "z", op: "add", args: [second.outputs[0], first.outputs[1]] };
    const flat = { inputs, nodes: [...first.nodes, ...second.nodes, z], outputs: ["z"] };
    const given = { inputs: { x: [0.7, 0.2], y: 1.3 }, batch: 2 };
    for (const method of ["gradient", "hessian"]) {
      const [actual, expected] = [
        await ok(method, { graph: twice, ...given }),
        await ok(method, { graph: flat, ...given }),
      ];
      expect({ ...actual, graph: "", cached: "" }).toEqual({ ...expected, graph: "", cached: "" });
    }
  });

  test("a map is the function at many points", async () => {
    const { ok } = start({ PROGRAMS });
    const mapped = {
      functions: { f },
      inputs: [{ name: "x" }, { name: "y", shape: [4] }],
      nodes: [{ id: "m", op: "map", args: ["x", "y"], attrs: { function: "f", constants: 1 } }],
      outputs: [
        { name: "s", node: "m:0" },
        { name: "p", node: "m:1" },
      ],
    };
    const single = {
      inputs,
      nodes: f.nodes.map((node) => JSON.parse(JSON.stringify(node).replaceAll('"a"', '"x"').replaceAll('"b"', '"y"'))),
      outputs: f.outputs,
    };
    const y = [0.1, -1, 2, 0.5];
    const points = await ok("jvp", { graph: single, inputs: { x: 0.7, y }, batch: 4, seeds: { y: 1 } });
    const rows = await ok("jvp", { graph: mapped, inputs: { x: 0.7, y }, seeds: { y: [1, 1, 1, 1] } });
    expect(rows.outputs).toEqual(points.outputs);
    expect(rows.tangents).toEqual(points.tangents);
  });

  const root = { inputs: [{ name: "x" }], nodes: [{ id: "s", op: "sqrt", args: ["x"] }], outputs: ["s"] };
  const square = { inputs: [{ name: "x" }], nodes: [{ id: "s", op: "square", args: ["x"] }], outputs: ["s"] };
  const chosen = {
    functions: { root, square },
    inputs: [{ name: "x" }],
    nodes: [
      { id: "c", op: "greater", args: ["x", 0] },
      { id: "y", op: "cond", args: ["c", "x"], attrs: branches("root", "square") },
    ],
    outputs: ["y"],
  };

  test("a cond gives the branch that is taken and its derivatives, at one point and at many", async () => {
    const { ok } = start({ PROGRAMS });
    for (const [x, y, slope, curvature] of [
      [4, 2, 0.25, -1 / 32],
      [-3, 9, -6, 2],
    ] as const) {
      expectClose(
        await ok("hessian", { graph: chosen, inputs: { x } }),
        { outputs: { y }, gradient: { x: slope }, hessian: { x: { x: curvature } } },
        "one",
        true,
      );
    }
    const many = { outputs: { y: [2, 9] }, gradient: { x: [0.25, -6] }, hessian: { x: { x: [-1 / 32, 2] } } };
    expectClose(await ok("hessian", { graph: chosen, inputs: { x: [4, -3] }, batch: 2 }), many, "many", true);
    for (const mode of ["forward", "reverse"]) {
      const { jacobian } = await ok("jacobian", { graph: chosen, inputs: { x: [4, -3] }, batch: 2, mode });
      expect(jacobian.y.x).toEqual([0.25, -6]);
    }
  });

  test("a switch clamps its index", async () => {
    const { ok } = start({ PROGRAMS });
    const graph = {
      functions: { root, square },
      inputs: [{ name: "i", dtype: "int32" }, { name: "x" }],
      nodes: [{ id: "y", op: "switch", args: ["i", "x"], attrs: { branches: ["root", "square"] } }],
      outputs: ["y"],
    };
    const { outputs, gradient } = await ok("gradient", {
      graph,
      inputs: { i: [-1, 0, 1, 7], x: 4 },
      batch: 4,
      wrt: ["x"],
    });
    expect(outputs.y).toEqual([2, 2, 16, 16]);
    expect(gradient.x).toEqual([0.25, 0.25, 8, 8]);
  });

  const kepler = (limit: number | undefined) => ({
    functions: {
      go: {
        inputs: ["M", "e", "E", "d"].map((name) => ({ name })),
        nodes: [
          { id: "a", op: "abs", args: ["d"] },
          { id: "c", op: "greater", args: ["a", 1e-13] },
        ],
        outputs: ["c"],
      },
      newton: {
        inputs: ["M", "e", "E", "d"].map((name) => ({ name })),
        nodes: [
          { id: "s", op: "sin", args: ["E"] },
          { id: "es", op: "multiply", args: ["e", "s"] },
          { id: "r1", op: "subtract", args: ["E", "es"] },
          { id: "r", op: "subtract", args: ["r1", "M"] },
          { id: "c", op: "cos", args: ["E"] },
          { id: "ec", op: "multiply", args: ["e", "c"] },
          { id: "j", op: "subtract", args: [1, "ec"] },
          { id: "dd", op: "divide", args: ["r", "j"] },
          { id: "n", op: "subtract", args: ["E", "dd"] },
        ],
        outputs: ["n", "dd"],
      },
    },
    inputs: [{ name: "M" }, { name: "e" }],
    nodes: [
      {
        id: "w",
        op: "while",
        args: ["M", "e", "M", 1.0],
        attrs: { condition: "go", body: "newton", constants: 2, ...(limit && { limit }) },
      },
    ],
    outputs: [
      { name: "E", node: "w:0" },
      { name: "steps", node: "w:2" },
    ],
  });
  const orbits = [
    [0.7, 0.3, 5],
    [0.1, 0.9, 7],
    [3, 0.5, 4],
  ] as const;

  test("points of a while take their own numbers of steps, and each has its derivatives", async () => {
    const { ok } = start({ PROGRAMS });
    const points = { inputs: { M: orbits.map(([M]) => M), e: orbits.map(([, e]) => e) }, batch: 3 };
    for (const [limit, mode] of [
      [undefined, "forward"],
      [30, "forward"],
      [30, "reverse"],
    ] as const) {
      const { outputs, jacobian } = await ok("jacobian", { graph: kepler(limit), of: ["E"], mode, ...points });
      expect(outputs.steps).toEqual(orbits.map(([, , steps]) => steps));
      orbits.forEach(([, e], i) => {
        const E = outputs.E[i];
        const slope = 1 - e * Math.cos(E);
        expectClose([jacobian.E.M[i], jacobian.E.e[i]], [1 / slope, Math.sin(E) / slope], `${mode} ${i}`);
      });
    }
    const { hessian } = await ok("hessian", { graph: kepler(30), of: ["E"], ...points });
    const alone = await ok("hessian", { graph: kepler(30), of: ["E"], inputs: { M: 0.1, e: 0.9 } });
    expectClose(hessian.M.e[1], alone.hessian.M.e, "hessian");
  });

  test("reverse mode through a while without a limit is refused by name, and auto takes the other one", async () => {
    const { ok, fails } = start({ PROGRAMS });
    const call = { graph: kepler(undefined), inputs: { M: 0.7, e: 0.3 }, of: ["E"] };
    expect((await ok("jacobian", call)).plan).toMatchObject({
      mode: "forward",
      operations: { primal: expect.any(Number) },
    });
    expect(await fails("gradient", call)).toMatchObject({
      code: -32008,
      message: /"while" with the body "newton".*"limit"/,
    });
    expect((await fails("jacobian", { ...call, mode: "reverse" })).code).toBe(-32008);
  });
});

describe("a rule of its own", () => {
  // Their derivatives are wrong on purpose: 10 and 20 in place of the cosine.
  const sine = { inputs: [{ name: "x" }], nodes: [{ id: "s", op: "sin", args: ["x"] }], outputs: ["s"] };
  const rule = (factor: number) => ({
    inputs: [{ name: "x" }, { name: "t" }],
    nodes: [{ id: "d", op: "multiply", args: [factor, "t"] }],
    outputs: ["d"],
  });
  const documentOf = (functions: Json, op: object) => ({
    functions,
    inputs: [{ name: "x" }],
    nodes: [
      { id: "y", ...op },
      { id: "z", op: "multiply", args: [2, "y"] },
    ],
    outputs: ["z"],
  });
  const called = { op: "call", args: ["x"], attrs: { function: "sine" } };
  const repeated = { op: "scan", args: ["x"], attrs: { function: "sine", carry: 1, length: 2 } };

  test("by tangents is taken in both modes, at many points, and in loops", async () => {
    const { ok } = start();
    const functions = { sine: { ...sine, jvp: "rule" }, rule: rule(10) };
    for (const mode of ["forward", "reverse"]) {
      expect(
        (await ok("jacobian", { graph: documentOf(functions, called), inputs: { x: [1, 2] }, batch: 2, mode })).jacobian
          .z.x,
      ).toEqual([20, 20]);
      expect(
        (await ok("jacobian", { graph: documentOf(functions, repeated), inputs: { x: 1 }, mode })).jacobian.z.x,
      ).toBe(200);
    }
    expect((await ok("check", { graph: documentOf(functions, called), inputs: { x: 1 } })).verdict).toBe("failed");
  });

  test("by cotangents is taken in reverse, and forward mode is refused", async () => {
    const { ok, fails } = start();
    const functions = { sine: { ...sine, vjp: "rule" }, rule: rule(20) };
    const graph = documentOf(functions, called);
    expect((await ok("gradient", { graph, inputs: { x: [1, 2] }, batch: 2 })).gradient.x).toEqual([40, 40]);
    expect((await ok("jacobian", { graph, inputs: { x: 1 } })).plan.mode).toBe("reverse");
    expect(await fails("jvp", { graph, inputs: { x: 1 }, seeds: { x: 1 } })).toMatchObject({
      code: -32008,
      message: /function "sine"/,
    });
    expect((await ok("gradient", { graph: documentOf(functions, repeated), inputs: { x: 1 } })).gradient.x).toBe(800);
  });

  test("that is not linear in tangents, or of other shapes, is refused", async () => {
    const { fails } = start();
    const bent = {
      inputs: [{ name: "x" }, { name: "t" }],
      nodes: [{ id: "d", op: "square", args: ["t"] }],
      outputs: ["d"],
    };
    expect(
      await fails("gradient", {
        graph: documentOf({ sine: { ...sine, jvp: "bent" }, bent }, called),
        inputs: { x: 1 },
      }),
    ).toMatchObject({ code: -32001, message: /"bent".*is not linear/ });
    const wide = { ...bent, nodes: [{ id: "d", op: "stack", args: ["t", "t"] }] };
    expect(
      await fails("graph.put", { graph: documentOf({ sine: { ...sine, jvp: "wide" }, wide }, called) }),
    ).toMatchObject({ code: -32001, message: /gives shapes \[2\], and \[\] are needed/ });
  });
});
