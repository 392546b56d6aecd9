import { declared, type Kernel, uniform } from "./kernel.ts";

const [hidden, width, steps] = [32, 16, 20];

const inputs = {
  w: uniform([4 * hidden, width], -0.4, 0.4, 1),
  u: uniform([4 * hidden, hidden], -0.3, 0.3, 2),
  b: uniform([4 * hidden], -0.1, 0.1, 3),
  x: uniform([steps, width], -1, 1, 4),
  targets: uniform([steps, hidden], -0.5, 0.5, 5),
};

/** The squared error of a long short-term memory over a sequence, unrolled. */
export const lstm: Kernel = {
  name: "lstm",
  title: `LSTM, ${hidden} cells, ${steps} steps unrolled`,
  graph: unrolled(),
  derivative: "gradient",
  wrt: ["w", "u", "b"],
  inputs,
};

function unrolled(): object {
  const nodes: object[] = [];
  const node = (id: string, op: string, args: readonly string[], attrs = {}) => {
    nodes.push({ id, op, args, attrs });
    return id;
  };
  const row = (id: string, of: string, t: number, length: number) => {
    const rows = node(`${id}.row`, "slice", [of], { start: [t, 0], stop: [t + 1, length] });
    return node(id, "reshape", [rows], { shape: [length] });
  };
  let state: { h: string; c: string } | undefined;
  let loss: string | undefined;
  for (let t = 0; t < steps; t++) {
    const name = (text: string) => `${text}${t}`;
    const fed = node(name("fed"), "matmul", ["w", row(name("x"), "x", t, width)]);
    const biased = node(name("biased"), "add", [fed, "b"]);
    const sum = state ? node(name("sum"), "add", [biased, node(name("recurrent"), "matmul", ["u", state.h])]) : biased;
    const gate = (id: string, k: number, op: string) => {
      const part = { start: [k * hidden], stop: [(k + 1) * hidden] };
      return node(name(id), op, [node(name(`${id}.sum`), "slice", [sum], part)]);
    };
    const input = gate("input", 0, "sigmoid");
    const forget = gate("forget", 1, "sigmoid");
    const output = gate("output", 2, "sigmoid");
    const written = node(name("written"), "multiply", [input, gate("candidate", 3, "tanh")]);
    const c = state ? node(name("c"), "add", [node(name("kept"), "multiply", [forget, state.c]), written]) : written;
    const h = node(name("h"), "multiply", [output, node(name("squashed"), "tanh", [c])]);
    const error = node(name("error"), "subtract", [h, row(name("target"), "targets", t, hidden)]);
    const squared = node(name("squared"), "sum", [node(name("squares"), "square", [error])]);
    loss = loss ? node(name("loss"), "add", [loss, squared]) : squared;
    state = { h, c };
  }
  return { inputs: declared(inputs), nodes, outputs: [{ name: "loss", node: loss }] };
}
