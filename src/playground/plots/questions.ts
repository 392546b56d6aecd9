import type { TensorMap, Wire } from "../api/wire.ts";
import { type InputState, rangeOf } from "../state/session.ts";
import { elementsOf } from "../state/tensor.ts";

/** What is plotted: an output against one input or two, the others being as they are. */
export interface PlotChoice {
  readonly output: string;
  readonly across: string;
  /** Absent, a curve and not a map. */
  readonly up?: string;
}

/** A curve: values and slopes at places, the last of which is the point itself. */
export interface Curve {
  readonly points: readonly { readonly x: number; readonly y: number; readonly slope: number }[];
  readonly here: { readonly x: number; readonly y: number; readonly slope: number };
}

/** A map: values and gradients on a grid of places. */
export interface FieldMap {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly values: readonly number[];
  readonly dx: readonly number[];
  readonly dy: readonly number[];
}

const curvePoints = 240;
const mapSide = 41;

type Call = { readonly graph: Wire["Graph"]; readonly inputs: TensorMap };
type States = Readonly<Record<string, InputState>>;

/** The call that gives a curve with its slopes: one tangent, many points at once. */
export function curveCall({ graph, inputs }: Call, { across }: PlotChoice, states: States): Wire["JvpParams"] {
  const here = Number(inputs[across]);
  const xs = [...evenly(rangeOf(states[across] ?? { value: here }), curvePoints), here];
  return { graph, batch: xs.length, inputs: { ...inputs, [across]: xs }, seeds: { [across]: 1 } };
}

/** Reads the answer to it. */
export function curveOf(call: Wire["JvpParams"], answer: Wire["JvpResult"], { output, across }: PlotChoice): Curve {
  const xs = elementsOf(call.inputs?.[across]);
  const ys = elementsOf(answer.outputs[output]);
  const slopes = elementsOf((answer.tangents as TensorMap)[output]);
  const points = xs.map((x, i) => ({ x, y: ys[i]!, slope: slopes[i]! }));
  return { points: points.slice(0, -1), here: points.at(-1)! };
}

/** The call that gives a map with its gradients: one cotangent, a grid of points at once. */
export function mapCall({ graph, inputs }: Call, choice: PlotChoice, states: States): Wire["VjpParams"] {
  const { output, across, up = "" } = choice;
  const [xs, ys] = [across, up].map((name) =>
    evenly(rangeOf(states[name] ?? { value: inputs[name] ?? 1 }), mapSide),
  ) as [number[], number[]];
  return {
    graph,
    batch: xs.length * ys.length,
    inputs: { ...inputs, [across]: ys.flatMap(() => xs), [up]: ys.flatMap((y) => xs.map(() => y)) },
    seeds: { [output]: 1 },
    wrt: [across, up],
  };
}

/** Reads the answer to it. */
export function mapOf(call: Wire["VjpParams"], answer: Wire["VjpResult"], choice: PlotChoice): FieldMap {
  const { output, across, up = "" } = choice;
  const cotangents = answer.cotangents as TensorMap;
  const side = Math.sqrt(call.batch!);
  return {
    xs: elementsOf(call.inputs?.[across]).slice(0, side),
    ys: elementsOf(call.inputs?.[up]).filter((_, i) => i % side === 0),
    values: elementsOf(answer.outputs[output]),
    dx: elementsOf(cotangents[across]),
    dy: elementsOf(cotangents[up]),
  };
}

function evenly({ min, max }: { readonly min: number; readonly max: number }, count: number): number[] {
  return Array.from({ length: count }, (_, i) => min + (i / (count - 1)) * (max - min));
}
