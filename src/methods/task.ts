import type { Derivation, LoadedGraph } from "../engine/engine.ts";
import { inputMismatch, invalidParams, limitExceeded, notDifferentiable, quote, ServiceError } from "../errors.ts";
import { Budget } from "../graph/budget.ts";
import type { Canonical } from "../graph/canonical.ts";
import { type DType, isFloat } from "../graph/dtype.ts";
import type { GraphOutput } from "../graph/graph.ts";
import { constantValue } from "../graph/node.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import type { Call } from "../rpc/method.ts";
import {
  convertArray,
  type DecodedTensor,
  decodeTensor,
  type Encoding,
  encodedBytesMin,
  TensorFault,
} from "../syntax/tensor.ts";
import type { Selection } from "../transforms/derive.ts";
import type { Context } from "./context.ts";

/** The part of a call's parameters that says what to differentiate. */
export interface SelectionParams {
  readonly wrt?: readonly string[] | undefined;
  readonly of?: readonly string[] | undefined;
}

/** One call on one graph: its time, its derivatives, and what checks and converts its tensors. */
export class Task {
  readonly context: Context;
  readonly budget: Budget;
  readonly loaded: LoadedGraph;
  readonly cached: boolean;
  readonly derivation: Derivation;

  /** Starts the clock and loads the graph. Throws the errors of both. */
  constructor(context: Context, call: Call, params: { graph: unknown; timeoutMs?: number | undefined }) {
    const { limits, timeoutDefaultMs } = context.config;
    const { timeoutMs = Math.min(timeoutDefaultMs, limits.timeoutMs) } = params;
    if (timeoutMs > limits.timeoutMs) throw limitExceeded("timeoutMs", limits.timeoutMs, timeoutMs);
    this.context = context;
    this.budget = new Budget(call.receivedAtMs + timeoutMs, timeoutMs, call.signal);
    const { loaded, cached } = context.engine.load(params.graph, this.budget);
    this.loaded = loaded;
    this.cached = cached;
    this.derivation = context.engine.open(loaded, this.budget);
    call.note({ graph: loaded.id, cached });
  }

  /** Checks the number of points against its limit. */
  checkPoints(points: number | undefined): void {
    const { points: allowed } = this.context.config.limits;
    if (points !== undefined && points > allowed) throw limitExceeded("points", allowed, points);
  }

  /** The positions of the inputs and outputs that the call names, or of all float ones. */
  positions({ wrt, of }: SelectionParams): Selection {
    const { inputs, outputs } = this.loaded.graph;
    return { wrt: positions(inputs, wrt, "wrt", "input"), of: positions(outputs, of, "of", "output") };
  }

  /** The positions of the inputs and outputs that the call differentiates. Throws `not_differentiable`. */
  select(params: SelectionParams): Selection {
    const selection = this.positions(params);
    if (selection.wrt.length === 0) throw notDifferentiable("the graph has no float input to differentiate by");
    if (selection.of.length === 0) throw notDifferentiable("the graph has no float output to differentiate");
    return selection;
  }

  /** As {@link select}, for methods of one scalar output. */
  selectScalar(params: SelectionParams, method: string): Selection {
    const selection = this.select(params);
    const outputs = selection.of.map((i) => this.loaded.graph.outputs[i]!);
    if (outputs.length !== 1) {
      throw notDifferentiable(`${method} needs exactly one output; name it in \`of\`, there are ${outputs.length}`);
    }
    const [{ name, node }] = outputs as [GraphOutput];
    if (node.shape.length > 0) {
      throw notDifferentiable(`${method} needs a scalar output; ${quote(name)} has shape [${node.shape}]`);
    }
    return selection;
  }

  /** Scalars in the inputs and outputs selected. */
  count({ wrt, of }: Selection): { n: number; m: number } {
    return { n: total(this.inputShapes(wrt)), m: total(this.outputShapes(of)) };
  }

  inputShapes(wrt: readonly number[]): Shape[] {
    return wrt.map((i) => this.loaded.graph.inputs[i]!.shape);
  }

  outputShapes(of: readonly number[]): Shape[] {
    return of.map((i) => this.loaded.graph.outputs[i]!.node.shape);
  }

  inputNames(wrt: readonly number[]): string[] {
    return wrt.map((i) => this.loaded.graph.inputs[i]!.name);
  }

  outputNames(of: readonly number[]): string[] {
    return of.map((i) => this.loaded.graph.outputs[i]!.name);
  }

  /** Checks the counted operations of the whole call against their limit. */
  checkOperations(perPoint: number, points: number | undefined): void {
    const { operations } = this.context.config.limits;
    const received = perPoint * (points ?? 1);
    if (received > operations) throw limitExceeded("operations", operations, received);
  }

  /** Checks tensors of an answer, by what is known before they are computed. Throws `limit_exceeded` and `response_too_large`. */
  checkAnswer(types: readonly { shape: Shape; dtype: DType }[], points: number | undefined, encoding: Encoding): void {
    const { elements, responseBytes } = this.context.config.limits;
    let bytes = 0;
    for (const { shape, dtype } of types) {
      const whole = points === undefined ? shape : [points, ...shape];
      const count = elementCount(whole);
      if (count > elements) throw limitExceeded("elements", elements, count);
      bytes += encodedBytesMin(whole, dtype, encoding);
    }
    if (bytes > responseBytes) {
      throw new ServiceError("response_too_large", `the answer takes at least ${Math.ceil(bytes)} bytes`, {
        limit: "responseBytes",
        allowed: responseBytes,
        received: Math.ceil(bytes),
      });
    }
  }

  /** Reads the tensors of all inputs. Throws `input_mismatch`. */
  decodeInputs(given: Readonly<Record<string, unknown>> = {}, points: number | undefined): DecodedTensor[] {
    const { inputs } = this.loaded.graph;
    const known = new Set(inputs.map((input) => input.name));
    for (const name of Object.keys(given)) {
      if (!known.has(name)) throw inputMismatch(name, `one of ${list(known)}`, "an input that the graph does not have");
    }
    return inputs.map(({ name, shape, dtype }) => {
      if (!Object.hasOwn(given, name)) throw inputMismatch(name, `${dtype} of shape [${shape}]`, "nothing");
      const { array, isBatched } = decode(given[name], name, shape, dtype, points);
      // Inside graphs float32 is float64: it was rounded on entry.
      return { array: dtype === "float32" ? convertArray(array, "float64") : array, isBatched };
    });
  }

  /** Reads one set of seeds, one tensor for each of `names`; undefined where it is absent. Throws `input_mismatch`. */
  decodeSeed(
    given: Readonly<Record<string, unknown>>,
    names: readonly string[],
    shapes: readonly Shape[],
    points: number | undefined,
  ): (DecodedTensor | undefined)[] {
    for (const name of Object.keys(given)) {
      if (!names.includes(name)) throw inputMismatch(name, `a seed of ${list(names)}`, "a seed of another name");
    }
    return names.map((name, i) =>
      Object.hasOwn(given, name) ? decode(given[name], name, shapes[i]!, "float64", points) : undefined,
    );
  }
}

/** A graph's inputs and outputs, and the number of its distinct nodes, as several methods answer them. */
export function describeGraph({ graph, canonical }: LoadedGraph) {
  return {
    inputs: graph.inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    outputs: graph.outputs.map(({ name, dtype, node }) => ({ name, shape: node.shape, dtype })),
    nodes: nodeCount(canonical),
  };
}

/** The operators applied in a graph, equal ones once. */
export function nodeCount({ order }: Canonical): number {
  return order.reduce((count, node) => count + (constantValue(node) ? 0 : 1), 0);
}

function decode(value: unknown, name: string, shape: Shape, dtype: DType, points: number | undefined): DecodedTensor {
  try {
    return decodeTensor(value, shape, dtype, points);
  } catch (fault) {
    if (fault instanceof TensorFault) throw inputMismatch(name, fault.expected, fault.received);
    throw fault;
  }
}

function positions(
  all: readonly { readonly name: string; readonly dtype: DType }[],
  names: readonly string[] | undefined,
  parameter: string,
  what: string,
): number[] {
  if (!names) return all.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
  return names.map((name, k) => {
    const i = all.findIndex((entry) => entry.name === name);
    if (i < 0) throw invalidParams({ path: `/${parameter}/${k}`, message: `the graph has no ${what} ${quote(name)}` });
    if (!isFloat(all[i]!.dtype)) {
      throw notDifferentiable(`${what} ${quote(name)} is ${all[i]!.dtype}: only float tensors are differentiable`);
    }
    return i;
  });
}

function list(names: Iterable<string>): string {
  const shown = [...names].slice(0, 10).map((name) => quote(name));
  return shown.length === 0 ? "nothing, as it has none" : shown.join(", ");
}

function total(shapes: readonly Shape[]): number {
  return shapes.map(elementCount).reduce((a, b) => a + b, 0);
}
