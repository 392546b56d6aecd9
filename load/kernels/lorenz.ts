import { declared, type Kernel, uniform } from "./kernel.ts";

const [steps, step] = [2000, 0.002];

const inputs = {
  start: uniform([3], 0.5, 1.5, 1),
  sigma: uniform([], 9, 11, 2),
  rho: uniform([], 27, 29, 3),
  beta: uniform([], 2, 3, 4),
};

/** Where the Lorenz system is after some time, by Runge and Kutta's method; the gradient by its start and parameters. */
export const lorenz: Kernel = {
  name: "lorenz",
  title: `Lorenz system, ${steps} Runge-Kutta steps`,
  graph: {
    functions: { slope: slope(), advance: advance() },
    inputs: declared(inputs),
    nodes: [
      {
        id: "end",
        op: "scan",
        args: ["sigma", "rho", "beta", "start"],
        attrs: { function: "advance", constants: 3, carry: 1, length: steps },
      },
      { id: "squares", op: "square", args: ["end"] },
      { id: "distance", op: "sum", args: ["squares"] },
    ],
    outputs: ["distance"],
  },
  derivative: "gradient",
  wrt: ["start", "sigma", "rho", "beta"],
  inputs,
};

function slope(): object {
  const component = (id: string, k: number) => [
    { id: `${id}.part`, op: "slice", args: ["state"], attrs: { start: [k], stop: [k + 1] } },
    { id, op: "reshape", args: [`${id}.part`], attrs: { shape: [] } },
  ];
  return {
    inputs: [{ name: "sigma" }, { name: "rho" }, { name: "beta" }, { name: "state", shape: [3] }],
    nodes: [
      ...component("x", 0),
      ...component("y", 1),
      ...component("z", 2),
      { id: "yx", op: "subtract", args: ["y", "x"] },
      { id: "dx", op: "multiply", args: ["sigma", "yx"] },
      { id: "rz", op: "subtract", args: ["rho", "z"] },
      { id: "xrz", op: "multiply", args: ["x", "rz"] },
      { id: "dy", op: "subtract", args: ["xrz", "y"] },
      { id: "xy", op: "multiply", args: ["x", "y"] },
      { id: "bz", op: "multiply", args: ["beta", "z"] },
      { id: "dz", op: "subtract", args: ["xy", "bz"] },
      { id: "slope", op: "stack", args: ["dx", "dy", "dz"] },
    ],
    outputs: ["slope"],
  };
}

function advance(): object {
  const nodes: object[] = [];
  const node = (id: string, op: string, args: readonly (string | number)[], attrs?: object) => {
    nodes.push({ id, op, args, ...(attrs && { attrs }) });
    return id;
  };
  const slopeAt = (id: string, state: string) =>
    node(id, "call", ["sigma", "rho", "beta", state], { function: "slope" });
  const moved = (id: string, by: number, along: string) =>
    node(id, "add", ["state", node(`${id}.by`, "multiply", [by, along])]);
  const k1 = slopeAt("k1", "state");
  const k2 = slopeAt("k2", moved("s2", step / 2, k1));
  const k3 = slopeAt("k3", moved("s3", step / 2, k2));
  const k4 = slopeAt("k4", moved("s4", step, k3));
  const middle = node("twice", "multiply", [2, node("middle", "add", [k2, k3])]);
  const sum = node("sum", "add", [node("outer", "add", [k1, k4]), middle]);
  return {
    inputs: [{ name: "sigma" }, { name: "rho" }, { name: "beta" }, { name: "state", shape: [3] }],
    nodes,
    outputs: [moved("next", step / 6, sum)],
  };
}
