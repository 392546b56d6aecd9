import { headingsOf } from "../calls/headings.ts";
import type { Question } from "../calls/question.ts";
import type { Derived, Kind } from "../engine/derived.ts";
import { admitted } from "../engine/runs/admitted.ts";
import { execute, type Prepared, prepare } from "../engine/runs/execute.ts";
import type { Seeds } from "../engine/runs/seeds.ts";
import { copyNode } from "../graph/copy.ts";
import { type Graph, rebuild } from "../graph/graph.ts";
import { rowMajorData, zeros } from "../graph/ndarray.ts";
import type { Node } from "../graph/operator.ts";
import { interpret } from "../graph/running/interpret.ts";
import { elementCount } from "../graph/shape.ts";
import { castNode } from "../operators/cast.ts";
import { simplifyingBuilder } from "../simplify/simplify.ts";
import type { DecodedTensor } from "../syntax/tensor.ts";
import type { Selection } from "../transforms/derive.ts";
import { expandNode } from "../transforms/expand.ts";

/** What was computed at a point: a flat row of numbers for each seed, and one without seeds. */
export interface Swept {
  readonly rows: readonly Float64Array[];
  readonly operations: number;
  /** The fastest run, in milliseconds. */
  readonly timeMs: number;
}

const timedMsMax = 4;
const timedRunsMax = 20;
// The first run may compile; one that takes this long is told as it is.
const firstMsMax = 50;

/** Runs something until it has been fast, or has taken a while; gives the fastest time in milliseconds. */
export async function timed(run: () => Promise<void>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  const startMs = performance.now();
  for (let k = 0; k < timedRunsMax; k++) {
    const beforeMs = performance.now();
    await run();
    const nowMs = performance.now();
    best = Math.min(best, nowMs - beforeMs);
    if (nowMs - startMs > (k === 0 ? firstMsMax : timedMsMax)) break;
  }
  return best;
}

/** Products with seeds, at one point and in one mode. */
export async function sweep(
  question: Question,
  kind: Kind & ("jvp" | "vjp"),
  selection: Selection,
  inputs: readonly DecodedTensor[],
  seeds: Seeds,
): Promise<Swept> {
  const derived = question.derivation.derive(kind, selection);
  const primal = question.derivation.derive("evaluate", selection).operations;
  const operations = primal + seeds.count * (derived.operations - primal);
  if (seeds.count === 0) return { rows: [], operations, timeMs: 0 };
  const prepared = prepare(question.derivation, { derived, inputs, points: undefined, seeds });
  return { ...(await runAt(question, prepared, derived.firstSeeded, seeds.count)), operations };
}

/** All outputs of another graph with the inputs of the task's, laid end to end. */
export async function runGraph(
  question: Question,
  graph: Graph,
  operations: number,
  inputs: readonly DecodedTensor[],
): Promise<Swept> {
  const program = interpret(graph);
  const derived: Derived = { ...question.derivation.derive("evaluate", question.named), key: "", graph, operations };
  const isBatched = inputs.map(() => false);
  const strip = {
    points: undefined,
    seeds: undefined,
    isBatched,
    form: "interpreted",
    unitLayout: undefined,
  } as const;
  const run = { derived, inputs, points: undefined, seeds: undefined };
  const inputBytes = inputs.reduce((bytes, { array }) => bytes + array.data.byteLength, 0);
  const prepared = { run, strip, program, bytes: program.liveBytes + inputBytes };
  return { ...(await runAt(question, prepared, 0, 1)), operations };
}

async function runAt(question: Question, prepared: Prepared, first: number, count: number) {
  const { graph } = prepared.run.derived;
  const size = graph.outputs.slice(first).reduce((sum, { node }) => sum + elementCount(node.shape), 0);
  return admitted(question.engine, prepared.bytes + 8 * size * count, async () => {
    const rows = Array.from({ length: count }, () => new Float64Array(size));
    const timeMs = await timed(() =>
      execute(prepared, question.budget, ({ outputs, firstSeed, seeds, seedsHeld }) => {
        let start = 0;
        for (const output of outputs.slice(first)) {
          const data = rowMajorData(output);
          const each = data.length / seedsHeld;
          for (let s = 0; s < seeds; s++) rows[firstSeed + s]!.set(data.subarray(s * each, (s + 1) * each), start);
          start += each;
        }
      }),
    );
    return { rows, timeMs };
  });
}

/** The nodes of a Jacobian written out: row by row, one for each tensor of `wrt`. Undefined where that would be too much. */
export function symbolicJacobian(question: Question, selection: Selection, sizeMax: number): Graph | undefined {
  const { of } = headingsOf(question, selection);
  const m = of.spans.total;
  const { graph } = question.derivation.derive("vjp", selection);
  const count = question.loaded.graph.outputs.length;
  const cotangents = graph.outputs.slice(count).map(({ node }) => node);
  const size = Math.max(0, ...cotangents.map(({ index }) => index + 1));
  if (m * (m + size) > sizeMax) return undefined;
  const builder = simplifyingBuilder(undefined, question.budget);
  const primals = question.loaded.graph.inputs.length;
  const inputs = graph.inputs.slice(0, primals).map((input) => ({
    ...input,
    node: builder.input(input.name, input.shape, input.dtype),
  }));
  const { shapes } = of.spans;
  const outputs = shapes.flatMap((shape, o) =>
    Array.from({ length: elementCount(shape) }, (_, at) => {
      const known = new Map<Node, Node>(inputs.map(({ node }, i) => [graph.inputs[i]!.node, node]));
      shapes.forEach((other, i) => {
        const unit = zeros("float64", other);
        if (i === o) unit.data[at] = 1;
        known.set(graph.inputs[primals + i]!.node, builder.constant(unit));
      });
      return rebuild(cotangents, known, (node, args) => copyNode(node, args, builder));
    }).flat(),
  );
  return { inputs, outputs: outputs.map((node, i) => ({ name: `d${i}`, dtype: "float64", node })) };
}

/** Graphs of one output over inputs of the task's as one graph with all of its inputs and an output for each. */
export function mergedGraph(question: Question, list: readonly { readonly graph: Graph }[]): Graph {
  const { elements } = question.limits;
  const builder = simplifyingBuilder({ rank: Number.POSITIVE_INFINITY, elements }, question.budget);
  const inputs = question.loaded.graph.inputs.map((input) => ({
    ...input,
    node: builder.input(input.name, input.shape, input.dtype),
  }));
  const byName = new Map(inputs.map(({ name, node }) => [name, node]));
  const outputs = list.map(({ graph }, i) => {
    const known = new Map(graph.inputs.map(({ name, node }) => [node, byName.get(name)!]));
    const [node] = rebuild([graph.outputs[0]!.node], known, (x, args) => expandNode(x, args, builder));
    return { name: `d${i}`, dtype: "float64" as const, node: castNode(node!, "float64") };
  });
  return { inputs, outputs };
}
