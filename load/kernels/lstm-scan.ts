import { declared, type Kernel, uniform } from "./kernel.ts";

const [hidden, width, steps] = [32, 16, 8192];

const inputs = {
  w: uniform([4 * hidden, width], -0.4, 0.4, 1),
  u: uniform([4 * hidden, hidden], -0.3, 0.3, 2),
  b: uniform([4 * hidden], -0.1, 0.1, 3),
  x: uniform([steps, width], -1, 1, 4),
  targets: uniform([steps, hidden], -0.5, 0.5, 5),
};

/** The squared error of a long short-term memory over a long sequence, a scan. */
export const lstmScan: Kernel = {
  name: "lstm-scan",
  title: `LSTM, ${hidden} cells, a scan of ${steps} steps`,
  graph: {
    functions: { cell: cell() },
    inputs: declared(inputs),
    nodes: [
      { id: "h0", op: "broadcast_to", args: [0], attrs: { shape: [hidden] } },
      {
        id: "all",
        op: "scan",
        args: ["w", "u", "b", "h0", "h0", "x", "targets"],
        attrs: { function: "cell", constants: 3, carry: 2 },
      },
      { id: "loss", op: "sum", args: ["all:2"] },
    ],
    outputs: ["loss"],
  },
  derivative: "gradient",
  wrt: ["w", "u", "b"],
  inputs,
};

function cell(): object {
  const gate = (id: string, k: number, op: string) => [
    { id: `${id}.sum`, op: "slice", args: ["sum"], attrs: { start: [k * hidden], stop: [(k + 1) * hidden] } },
    { id, op, args: [`${id}.sum`] },
  ];
  return {
    inputs: ["w", "u", "b", "h", "c", "x", "target"].map((name) => ({ name })),
    nodes: [
      { id: "fed", op: "matmul", args: ["w", "x"] },
      { id: "recurrent", op: "matmul", args: ["u", "h"] },
      { id: "both", op: "add", args: ["fed", "recurrent"] },
      { id: "sum", op: "add", args: ["both", "b"] },
      ...gate("input", 0, "sigmoid"),
      ...gate("forget", 1, "sigmoid"),
      ...gate("output", 2, "sigmoid"),
      ...gate("candidate", 3, "tanh"),
      { id: "kept", op: "multiply", args: ["forget", "c"] },
      { id: "written", op: "multiply", args: ["input", "candidate"] },
      { id: "next", op: "add", args: ["kept", "written"] },
      { id: "squashed", op: "tanh", args: ["next"] },
      { id: "given", op: "multiply", args: ["output", "squashed"] },
      { id: "error", op: "subtract", args: ["given", "target"] },
      { id: "squares", op: "square", args: ["error"] },
      { id: "squared", op: "sum", args: ["squares"] },
    ],
    outputs: ["given", "next", "squared"],
  };
}
