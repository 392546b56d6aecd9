import fc from "fast-check";
import { expect, test } from "vitest";
import { createContext } from "../../src/calls/context.ts";
import { steadyOf } from "../../src/calls/numeric.ts";
import { readConfig } from "../../src/config.ts";
import { canonicalize } from "../../src/graph/canonical.ts";
import { bytesPerElement } from "../../src/graph/dtype.ts";
import { rowMajorData } from "../../src/graph/ndarray.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { methods } from "../../src/methods/index.ts";
import { createExchange } from "../../src/rpc/exchange.ts";
import { printGraph } from "../../src/syntax/print.ts";
import { jvp } from "../../src/transforms/derive.ts";
import { TensorLeaf } from "../../src/wire/answer.ts";
import { json } from "../../src/wire/json/json.ts";
import { floats, operations } from "../support/graphs.ts";
import { Random } from "../support/random.ts";
import { randomGraph } from "../support/random-graphs.ts";

const sizes = [8, 9, 64];
/** Points, by the operations of a derivative at one of them: gamma functions have fewer, so that no seed takes long. */
const pointsOf = (operations: number) => (operations > 10_000 ? 103 : operations > 2000 ? 303 : 1003);
const asked: readonly (readonly [method: string, params: Record<string, unknown>])[] = [
  ["evaluate", {}],
  ["jacobian", {}],
  ["jacobian", { mode: "reverse", layout: "matrix" }],
  ["gradient", { of: ["total"] }],
  ["hessian", { of: ["total"] }],
];

test("a point gives the same bits whatever points it is run with, and however often, also where values are NaN", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.integer({ min: 2, max: 20 }),
      fc.constantFrom(...asked),
      async (seed, size, ask) => {
        const { graph, inputs, points } = sample(seed, size);
        const context = createContext(readConfig({ LIMIT_ELEMENTS: "1e9" }));
        const whole = await run(context, ask, graph, inputs, 0, points);
        for (const chunk of [...sizes, points - 3, points]) {
          const parts: Buffer[][] = [];
          for (let from = 0; from < points; ) {
            const to = points - (from + chunk) < 8 ? points : from + chunk;
            parts.push(await run(context, ask, graph, inputs, from, to));
            from = to;
          }
          whole.forEach((bytes, leaf) => {
            const joined = Buffer.concat(parts.map((part) => part[leaf]!));
            expect(joined.equals(bytes), `leaf ${leaf} in chunks of ${chunk}`).toBe(true);
          });
        }
      },
    ),
    // In the example, what is called back gives NaN of either sign, by how often it was called.
    { numRuns: Number(process.env.RUNS ?? 12), examples: [[2147483647, 20, ["jacobian", {}]]] },
  );
});

/** A random graph with a scalar output beside its own, and values of its inputs at all points, some of them odd. */
function sample(seed: number, size: number) {
  const { surface, primal, inputs } = randomGraph(seed, size);
  const points = pointsOf(operations(jvp(primal, floats(primal))));
  const random = new Random(seed);
  // biome-ignore lint/suspicious/noExplicitAny: a document
  const graph: any = printGraph(surface, canonicalize(surface));
  graph.nodes.push({ id: "total", op: "sum", args: [graph.outputs.at(-1).node] });
  graph.outputs.push({ name: "total", node: "total" });
  const all = inputs.map(({ data, dtype, shape }, i) => {
    const { name } = surface.inputs[i]!;
    // Every third is the same at all points.
    if ((seed + i) % 3 === 0) return { name, shape, dtype, shared: true, data: rowMajorData({ ...inputs[i]! }) };
    const count = data.length;
    const values = new (data.constructor as Float64ArrayConstructor)(count * points);
    for (let k = 0; k < values.length; k++) {
      const x = data[k % count]!;
      values[k] = dtype !== "float64" ? x : random.unit() < 0.003 ? random.pick(odd) : x + random.between(-0.5, 0.5);
    }
    return { name, shape, dtype, shared: false, data: values };
  });
  return { graph, inputs: all, points };
}

const odd = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, 1e300];

/** The bytes of all tensors of an answer for the points from `from` to before `to`. */
async function run(
  context: ReturnType<typeof createContext>,
  [name, params]: (typeof asked)[number],
  graph: unknown,
  inputs: ReturnType<typeof sample>["inputs"],
  from: number,
  to: number,
): Promise<Buffer[]> {
  const given = inputs.map(({ name, shape, dtype, shared, data }) => {
    const size = elementCount(shape);
    const part = shared ? data.slice() : data.slice(from * size, to * size);
    const bytes = new Uint8Array(part.buffer as ArrayBuffer, 0, part.length * bytesPerElement[dtype]);
    return [name, { shape: shared ? shape : [to - from, ...shape], dtype, data: bytes }];
  });
  const { handle } = methods.find((method) => method.name === name)!;
  const exchange = createExchange({ codec: json });
  const answer = await steadyOf(handle)!.run(
    { graph, inputs: Object.fromEntries(given), batch: to - from, timeoutMs: 100_000, ...params },
    context,
    exchange.call,
  );
  return leaves(answer);
}

function leaves(tree: unknown): Buffer[] {
  if (tree instanceof TensorLeaf) {
    const data = rowMajorData(tree.array);
    return [Buffer.from(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength))];
  }
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([name, value]) => (name === "warnings" ? [] : leaves(value)));
}
