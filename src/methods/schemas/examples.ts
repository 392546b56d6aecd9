/** The standard example, y = ln(x1) + x1·x2 − sin(x2), as a formula and at (2, 5). */
export const standard = {
  graph: { expression: "log(x1) + x1*x2 - sin(x2)" },
  inputs: { x1: 2, x2: 5 },
  id: "sha256:76ab19010b4dab1e4d9c3edffd41c70fdafaa801fdaac71e407c64ac5d197174",
  y: Math.log(2) + 10 - Math.sin(5),
  dx1: 5.5,
  dx2: 2 - Math.cos(5),
  described: {
    inputs: [
      { name: "x1", shape: [], dtype: "float64" },
      { name: "x2", shape: [], dtype: "float64" },
    ],
    outputs: [{ name: "y", shape: [], dtype: "float64" }],
    nodes: 5,
  },
  plan: {
    mode: "reverse",
    passes: 1,
    inputs: 2,
    outputs: 1,
    operations: { primal: 43, forward: 103, reverse: 73 },
  },
} as const;

const step = (from: string, to: string, partial: number, value = partial) => ({
  from,
  formula: `${from[0]}\u0304${from.slice(1)} · ∂${from}/∂${to}`.normalize("NFC"),
  partial,
  value,
});

/** The standard example as textbooks draw it, and its trace for a tangent of x1. */
export const standardTrace = {
  graph: {
    inputs: [{ name: "x1" }, { name: "x2" }],
    nodes: [
      { id: "v1", op: "log", args: ["x1"] },
      { id: "v2", op: "multiply", args: ["x1", "x2"] },
      { id: "v3", op: "sin", args: ["x2"] },
      { id: "v4", op: "add", args: ["v1", "v2"] },
      { id: "y", op: "subtract", args: ["v4", "v3"] },
    ],
    outputs: ["y"],
  },
  result: {
    outputs: { y: standard.y },
    nodes: [
      {
        name: "x1",
        op: "input",
        args: [],
        value: 2,
        tangent: 1,
        adjoint: standard.dx1,
        parts: [step("v2", "x1", 5), step("v1", "x1", 0.5)],
      },
      {
        name: "x2",
        op: "input",
        args: [],
        value: 5,
        tangent: 0,
        adjoint: standard.dx2,
        parts: [step("v3", "x2", Math.cos(5), -Math.cos(5)), step("v2", "x2", 2)],
      },
      {
        name: "v1",
        op: "log",
        args: ["x1"],
        formula: "ln(x1)",
        value: Math.log(2),
        tangent: 0.5,
        adjoint: 1,
        parts: [step("v4", "v1", 1)],
      },
      {
        name: "v2",
        op: "multiply",
        args: ["x1", "x2"],
        formula: "x1 * x2",
        value: 10,
        tangent: 5,
        adjoint: 1,
        parts: [step("v4", "v2", 1)],
      },
      {
        name: "v3",
        op: "sin",
        args: ["x2"],
        formula: "sin(x2)",
        value: Math.sin(5),
        tangent: 0,
        adjoint: -1,
        parts: [step("y", "v3", -1)],
      },
      {
        name: "v4",
        op: "add",
        args: ["v1", "v2"],
        formula: "v1 + v2",
        value: Math.log(2) + 10,
        tangent: 5.5,
        adjoint: 1,
        parts: [step("y", "v4", 1)],
      },
      {
        name: "y",
        op: "subtract",
        args: ["v4", "v3"],
        formula: "v4 - v3",
        value: standard.y,
        tangent: 5.5,
        adjoint: 1,
        parts: [{ formula: "seed", value: 1 }],
      },
    ],
    reverse: ["y", "v4", "v3", "v2", "v1", "x2", "x1"],
  },
} as const;
