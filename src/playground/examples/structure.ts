import { between, type Example, formula, graph } from "./example.ts";

const chainLength = 12;
const deepLength = 500;

/** Where the shape of the graph is what matters. */
export const structure: readonly Example[] = [
  formula(
    "A sparse Jacobian",
    "Each output depends on its neighbours only: three colours suffice, however many columns there are.",
    Array.from({ length: chainLength }, (_, i) => {
      const before = i === 0 ? "" : ` - x${i}^2`;
      const after = i === chainLength - 1 ? "" : ` - 2*x${i + 2}`;
      return `f${i + 1} = (3 - 2*x${i + 1}) * x${i + 1}${before}${after} + 1`;
    }).join("\n"),
    Object.fromEntries(Array.from({ length: chainLength }, (_, i) => [`x${i + 1}`, between((10 - i) / 10, -3, 3)])),
    {
      outputs: Array.from({ length: chainLength }, (_, i) => `f${i + 1}`),
      tab: "jacobian",
      cotangents: { f1: 1 },
    },
  ),
  formula(
    "An arrow",
    "A full row, a full column and a diagonal: neither direction has few colours, both together do.",
    [
      `f0 = ${Array.from({ length: 10 }, (_, i) => `x${i}^2`).join(" + ")}`,
      ...Array.from({ length: 9 }, (_, i) => `f${i + 1} = x0 * exp(x${i + 1})`),
    ].join("\n"),
    Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x${i}`, between((8 - i) / 8, -2, 2)])),
    { outputs: Array.from({ length: 10 }, (_, i) => `f${i}`), tab: "jacobian", cotangents: { f0: 1 } },
  ),
  formula(
    "Horner's scheme",
    "A polynomial, each step reusing the last: a deep graph is no harder than a wide one.",
    ["h4 = a4", "h3 = h4*x + a3", "h2 = h3*x + a2", "h1 = h2*x + a1", "p = h1*x + a0"].join("\n"),
    { x: between(0.7, -2, 2), a0: 1, a1: -2, a2: 0.5, a3: 3, a4: -1 },
  ),
  graph(
    "Heat in a rod, as JSON",
    "A graph document: slices of a vector, one step of a difference scheme, the heat that is left.",
    {
      inputs: [{ name: "u", shape: [8] }, { name: "k" }],
      nodes: [
        { id: "left", op: "slice", args: ["u"], attrs: { start: [0], stop: [6] } },
        { id: "middle", op: "slice", args: ["u"], attrs: { start: [1], stop: [7] } },
        { id: "right", op: "slice", args: ["u"], attrs: { start: [2], stop: [8] } },
        { id: "both", op: "add", args: ["left", "right"] },
        { id: "twice", op: "multiply", args: [2, "middle"] },
        { id: "bend", op: "subtract", args: ["both", "twice"] },
        { id: "flow", op: "multiply", args: ["k", "bend"] },
        { id: "next", op: "add", args: ["middle", "flow"] },
        { id: "squares", op: "square", args: ["next"] },
        { id: "heat", op: "sum", args: ["squares"] },
      ],
      outputs: ["heat"],
    },
    { u: [0, 0.2, 0.9, 1, 0.7, 0.4, 0.1, 0], k: between(0.2, 0, 0.5) },
  ),
  graph(
    "A loop, as JSON",
    "A scan smooths a series and is one node: its derivative is a scan in the other direction.",
    {
      functions: {
        smooth: {
          inputs: [{ name: "mean" }, { name: "x" }],
          nodes: [
            { id: "kept", op: "multiply", args: [0.8, "mean"] },
            { id: "new", op: "multiply", args: [0.2, "x"] },
            { id: "next", op: "add", args: ["kept", "new"] },
          ],
          outputs: ["next", { name: "path", node: "next" }],
        },
      },
      inputs: [{ name: "series", shape: [8] }, { name: "target" }],
      nodes: [
        { id: "s", op: "scan", args: [0, "series"], attrs: { function: "smooth", carry: 1 } },
        { id: "off", op: "subtract", args: ["s:0", "target"] },
        { id: "loss", op: "square", args: ["off"] },
      ],
      outputs: ["loss"],
    },
    { series: [1, 2, 4, 3, 5, 6, 5, 7], target: between(4, 0, 8) },
  ),
  formula(
    "A graph of 500 steps",
    "The logistic map, 167 times: a graph that is too long to read is folded, and can be searched by zooming.",
    logistic(Math.floor(deepLength / 3)),
    { r: between(3.2, 0, 4), x0: between(0.3, 0, 1) },
  ),
];

function logistic(count: number): string {
  const steps = Array.from({ length: count }, (_, i) => `x${i + 1} = r * x${i} * (1 - x${i})`);
  return steps.join("\n");
}
