import { standard } from "../src/methods/examples.ts";

/** What is asked again and again. */
export interface Scenario {
  readonly name: string;
  readonly method: string;
  readonly graph: unknown;
  /** Whether the graph is sent once beforehand, and then named by its id. */
  readonly byId: boolean;
  readonly params: Readonly<Record<string, unknown>>;
}

const wideSize = 1000;
const pointCount = 100;

/** The requests that are measured. */
export const scenarios: readonly Scenario[] = [
  {
    name: "Jacobian of the standard example, formula sent",
    method: "jacobian",
    graph: standard.graph,
    byId: false,
    params: { inputs: standard.inputs },
  },
  {
    name: "Jacobian of the standard example, by id",
    method: "jacobian",
    graph: standard.graph,
    byId: true,
    params: { inputs: standard.inputs },
  },
  {
    name: `gradient by ${wideSize} inputs, by id`,
    method: "gradient",
    graph: { expression: "sum(log(x) * sin(x) + x^2)", inputs: [{ name: "x", shape: [wideSize] }] },
    byId: true,
    params: { inputs: { x: ramp(wideSize, 1) } },
  },
  {
    name: `Jacobian of the standard example at ${pointCount} points, formula sent`,
    method: "jacobian",
    graph: standard.graph,
    byId: false,
    params: { batch: pointCount, inputs: { x1: ramp(pointCount, 1), x2: ramp(pointCount, 5) } },
  },
];

function ramp(size: number, first: number): number[] {
  return Array.from({ length: size }, (_, i) => first + i / 128);
}
