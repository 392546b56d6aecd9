/** The standard example, y = ln(x1) + x1·x2 − sin(x2), as a formula and at (2, 5). */
export const standard = {
  graph: { expression: "log(x1) + x1*x2 - sin(x2)" },
  inputs: { x1: 2, x2: 5 },
  id: "sha256:76ab19010b4dab1e4d9c3edffd41c70fdafaa801fdaac71e407c64ac5d197174",
  y: Math.log(2) + 10 - Math.sin(5),
  dx1: 5.5,
  dx2: 2 - Math.cos(5),
  plan: {
    mode: "reverse",
    passes: 1,
    inputs: 2,
    outputs: 1,
    operations: { primal: 43, forward: 103, reverse: 73 },
  },
} as const;
