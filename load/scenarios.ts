import { standard } from "../src/methods/schemas/examples.ts";
import { coldGraph } from "./cold-graph.ts";
import { type Tensor, uniform } from "./kernels/kernel.ts";
import { wireTensor } from "./numbers.ts";

/** What is asked again and again. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly path: string;
  /** Sent once beforehand, so that requests can name it by its id. */
  readonly graph?: object;
  /** The body of each request, or what makes another one each time; `id` is the graph's. */
  readonly body: (id: string) => string | (() => string);
}

/** The nodes of graphs that nobody has sent before. */
export const coldNodes = 1000;

const wideSize = 1000;
const callCount = 50;
const wide = { expression: "sum(log(x) * sin(x) + x^2)", inputs: [{ name: "x", shape: [wideSize] }] };

/** The requests that are measured. */
export const scenarios: readonly Scenario[] = [
  {
    name: "jacobian",
    title: "Jacobian of the standard example, by id",
    path: "/v1/jacobian",
    graph: standard.graph,
    body: (graph) => JSON.stringify({ graph, inputs: standard.inputs }),
  },
  {
    name: "formula",
    title: "Jacobian of the standard example, formula sent",
    path: "/v1/jacobian",
    body: () => JSON.stringify({ graph: standard.graph, inputs: standard.inputs }),
  },
  {
    name: "jvp",
    title: "JVP of the standard example, by id",
    path: "/v1/jvp",
    graph: standard.graph,
    body: (graph) => JSON.stringify({ graph, inputs: standard.inputs, seeds: { x1: 1, x2: 0.5 } }),
  },
  {
    name: "gradient",
    title: `gradient by ${wideSize} inputs, by id`,
    path: "/v1/gradient",
    graph: wide,
    body: (graph) => JSON.stringify({ graph, inputs: { x: Array.from(uniform([wideSize], 1, 9, 1).data) } }),
  },
  ...[100, 10_000].flatMap((points) => [
    {
      name: `json-${points}`,
      title: `Jacobian at ${points} points, JSON`,
      path: "/v1/jacobian",
      graph: standard.graph,
      body: (graph: string) => jsonPoints(graph, points),
    },
    {
      name: `base64-${points}`,
      title: `Jacobian at ${points} points, base64`,
      path: "/v1/jacobian",
      graph: standard.graph,
      body: (graph: string) =>
        JSON.stringify({
          graph,
          batch: points,
          encoding: "base64",
          inputs: mapped(standardInputs(points), wireTensor),
        }),
    },
  ]),
  {
    name: "rpc",
    title: `JSON-RPC batch of ${callCount} Jacobians by id`,
    path: "/rpc",
    graph: standard.graph,
    body: (graph) => {
      const params = { graph, inputs: standard.inputs };
      return JSON.stringify(
        Array.from({ length: callCount }, (_, id) => ({ jsonrpc: "2.0", id, method: "jacobian", params })),
      );
    },
  },
  {
    name: "cold",
    title: `gradient of an unseen graph of ${coldNodes} nodes`,
    path: "/v1/gradient",
    body: () => {
      const graphs = coldGraph(coldNodes);
      return () => graphs.next();
    },
  },
];

/** A request for the standard example's Jacobian at many points, in JSON. */
export function jsonPoints(graph: string, points: number): string {
  return JSON.stringify({
    graph,
    batch: points,
    inputs: mapped(standardInputs(points), ({ data }) => Array.from(data)),
  });
}

function standardInputs(points: number): Record<string, Tensor> {
  return { x1: uniform([points], 0.5, 10, 1), x2: uniform([points], -10, 10, 2) };
}

function mapped<T>(tensors: Record<string, Tensor>, map: (tensor: Tensor) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, map(tensor)]));
}
