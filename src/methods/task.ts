import type { Derivation } from "../engine/derivation.ts";
import type { LoadedGraph } from "../engine/engine.ts";
import type { Loading } from "../engine/graphs.ts";
import { inputMismatch, invalidParams, limitExceeded, notDifferentiable, quote, ServiceError } from "../errors.ts";
import type { Budget } from "../graph/budget.ts";
import { type DType, isFloat } from "../graph/dtype.ts";
import type { GraphOutput } from "../graph/graph.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import type { Call } from "../rpc/method.ts";
import type { ManualDerivative } from "../syntax/derivatives.ts";
import type { DecodedTensor, Encoding } from "../syntax/tensor.ts";
import type { Selection } from "../transforms/derive.ts";
import { type Part, sizeOf } from "./answer.ts";
import type { Context } from "./context.ts";
import { decode, decodeInputs, list } from "./inputs.ts";

/** The part of a call's parameters that says what to differentiate. */
export interface SelectionParams {
  readonly wrt?: readonly string[] | undefined;
  readonly of?: readonly string[] | undefined;
}

/** What a task reads of a call's parameters. */
export interface TaskParams extends SelectionParams {
  readonly graph: unknown;
  readonly timeoutMs?: number | undefined;
  readonly batch?: number | undefined;
  readonly seeds?: object | undefined;
}

/** One call on one graph: its time, its derivatives, and what checks and converts its tensors. */
export class Task {
  readonly context: Context;
  readonly budget: Budget;
  readonly loading: Loading;
  readonly loaded: LoadedGraph;
  readonly cached: boolean;
  /** The caller's own derivatives, where the graph was sent with some. */
  readonly manual: readonly ManualDerivative[];
  readonly derivation: Derivation;
  /** The positions of the inputs and outputs that the call names, or of all float ones. */
  readonly named: Selection;

  /** Starts the clock, loads the graph, finds the names in it and checks what was counted, in this order. */
  constructor(context: Context, call: Call, params: TaskParams) {
    const { limits, timeoutDefaultMs } = context.config;
    const { timeoutMs = Math.min(timeoutDefaultMs, limits.timeoutMs), batch = 1, seeds } = params;
    const budgetMs = Math.min(timeoutMs, limits.timeoutMs);
    this.context = context;
    this.budget = context.engine.budget(call.receivedAtMs + budgetMs, budgetMs, call.stop);
    this.loading = context.engine.load(params.graph, this.budget);
    const { loaded, cached, derivatives } = this.loading;
    this.loaded = loaded;
    this.cached = cached;
    this.manual = derivatives;
    call.note({ graph: loaded.id, cached });
    const { inputs, outputs } = loaded.graph;
    this.named =
      params.wrt || params.of
        ? {
            wrt: positions(inputs, params.wrt, "wrt", "input"),
            of: positions(outputs, params.of, "of", "output"),
          }
        : defaultSelection(loaded);
    const seedCount = Array.isArray(seeds) ? seeds.length : 1;
    if (timeoutMs > limits.timeoutMs) throw limitExceeded("timeoutMs", limits.timeoutMs, timeoutMs);
    if (batch > limits.points) throw limitExceeded("points", limits.points, batch);
    if (seedCount > limits.seeds) throw limitExceeded("seeds", limits.seeds, seedCount);
    this.derivation = context.engine.open(loaded, this.budget);
  }

  /** The positions of the inputs and outputs that the call differentiates. Throws `not_differentiable`. */
  select(): Selection {
    const { inputs, outputs } = this.loaded.graph;
    const { wrt, of } = this.named;
    if (wrt.length === 0) throw notDifferentiable("the graph has no float input to differentiate by");
    if (of.length === 0) throw notDifferentiable("the graph has no float output to differentiate");
    for (const i of wrt) checkFloat("input", inputs[i]!);
    for (const i of of) checkFloat("output", outputs[i]!);
    return this.named;
  }

  /** As {@link select}, for methods of one scalar output. */
  selectScalar(method: string): Selection {
    const selection = this.select();
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
    this.context.engine.checkInline({ operations: received });
  }

  /** Sizes an answer before anything is computed; gives its bytes. Throws `limit_exceeded`, `response_too_large`. */
  checkAnswer(parts: readonly Part[], points: number | undefined, encoding: Encoding): number {
    const { elements, responseBytes } = this.context.config.limits;
    const { elementsMax, bytes, encodedBytesMin } = sizeOf(parts, points, encoding);
    if (elementsMax > elements) throw limitExceeded("elements", elements, elementsMax);
    if (encodedBytesMin > responseBytes) {
      throw new ServiceError("response_too_large", `the answer takes at least ${encodedBytesMin} bytes`, {
        limit: "responseBytes",
        allowed: responseBytes,
        received: encodedBytesMin,
      });
    }
    this.context.engine.checkInline({ bytes });
    return bytes;
  }

  /** The outputs as a part of an answer. */
  outputParts(): Part[] {
    return this.loaded.graph.outputs.map(({ node, dtype }) => ({ rows: [node.shape], dtype }));
  }

  /** Reads the tensors of all inputs. Throws `input_mismatch`. */
  decodeInputs(given: Readonly<Record<string, unknown>> | undefined, points: number | undefined): DecodedTensor[] {
    return decodeInputs(this.loaded.graph, given, points);
  }

  /** Reads sets of seeds, for each one tensor for each of `names`, undefined if absent. Throws `input_mismatch`. */
  decodeSeeds(
    seeds: readonly Readonly<Record<string, unknown>>[],
    names: readonly string[],
    shapes: readonly Shape[],
    points: number | undefined,
  ): (DecodedTensor | undefined)[][] {
    const known = new Set(names);
    return seeds.map((given) => {
      for (const name of Object.keys(given)) {
        if (!known.has(name)) throw inputMismatch(name, `a seed of ${list(names)}`, "a seed of another name");
      }
      return names.map((name, i) =>
        Object.hasOwn(given, name) ? decode(given[name], name, shapes[i]!, "float64", points) : undefined,
      );
    });
  }
}

/** A graph's inputs and outputs, and the number of its distinct nodes, as several methods answer them. */
export function describeGraph({ graph, nodes }: LoadedGraph) {
  return {
    inputs: graph.inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    outputs: graph.outputs.map(({ name, dtype, node }) => ({ name, shape: node.shape, dtype })),
    nodes,
  };
}

/** All float inputs and outputs of a graph, found once. */
function defaultSelection(loaded: LoadedGraph): Selection {
  let selection = defaults.get(loaded);
  if (!selection) {
    const { inputs, outputs } = loaded.graph;
    selection = {
      wrt: positions(inputs, undefined, "wrt", "input"),
      of: positions(outputs, undefined, "of", "output"),
    };
    defaults.set(loaded, selection);
  }
  return selection;
}

const defaults = new WeakMap<LoadedGraph, Selection>();

function positions(
  all: readonly { readonly name: string; readonly dtype: DType }[],
  names: readonly string[] | undefined,
  parameter: string,
  what: string,
): number[] {
  if (!names) return all.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
  const known = new Map(all.map(({ name }, i) => [name, i]));
  return names.map((name, k) => {
    const i = known.get(name);
    if (i === undefined) {
      throw invalidParams({ path: `/${parameter}/${k}`, message: `the graph has no ${what} ${quote(name)}` });
    }
    return i;
  });
}

function checkFloat(what: string, { name, dtype }: { readonly name: string; readonly dtype: DType }): void {
  if (isFloat(dtype)) return;
  throw notDifferentiable(`${what} ${quote(name)} is ${dtype}: only float tensors are differentiable`);
}

function total(shapes: readonly Shape[]): number {
  return shapes.map(elementCount).reduce((a, b) => a + b, 0);
}
