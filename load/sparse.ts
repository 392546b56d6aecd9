import { createContext } from "../src/calls/context.ts";
import { readConfig } from "../src/config.ts";
import { methods } from "../src/methods/index.ts";
import { localCaller } from "../src/rpc/caller.ts";
import { base64 } from "./numbers.ts";

/** What a large sparse matrix takes, beside evaluating the outputs alone; times in milliseconds. */
export interface SparseRow {
  readonly name: string;
  readonly size: number;
  readonly nonzeros: number;
  readonly passes: number;
  /** The pattern and its colours. */
  readonly planMs: number;
  readonly valuesMs: number;
  readonly evaluateMs: number;
}

interface Case {
  readonly name: string;
  readonly method: "jacobian" | "hessian";
  readonly graph: unknown;
  readonly size: number;
  readonly of: string;
}

const runs = 5;

/** Sparse matrices of large graphs, or of a smaller one for trying; methods are called as by the dispatcher, without JSON. */
export async function measureSparse(isQuick: boolean): Promise<SparseRow[]> {
  const rows: SparseRow[] = [];
  for (const each of isQuick ? [jacobianOfBands(5_000)] : cases()) {
    rows.push(await measure(each));
    console.error(`${each.name}, n = ${each.size}`);
  }
  return rows;
}

function cases(): Case[] {
  const side = 316;
  const energy = { name: `grid Hessian, ${side}²`, method: "hessian", of: "f" } as const;
  return [
    ...[25_000, 50_000, 100_000].map(jacobianOfBands),
    ...[25_000, 100_000].map(
      (n): Case => ({ name: "tridiagonal Hessian", method: "hessian", graph: tridiagonal(n), size: n, of: "f" }),
    ),
    ...[158, side].map(
      (side): Case => ({
        name: `grid Jacobian, ${side}²`,
        method: "jacobian",
        graph: grid(side),
        size: side * side,
        of: "y",
      }),
    ),
    { ...energy, graph: grid(side), size: side * side },
  ];
}

function jacobianOfBands(n: number): Case {
  return { name: "tridiagonal Jacobian", method: "jacobian", graph: tridiagonal(n), size: n, of: "y" };
}

async function measure({ name, method, graph, size, of }: Case): Promise<SparseRow> {
  const context = createContext(readConfig());
  const call = async (method: string, params: Record<string, unknown>) => {
    const declared = methods.find((declared) => declared.name === method)!;
    const start = performance.now();
    const signal = new AbortController().signal;
    // biome-ignore lint/suspicious/noExplicitAny: results of several methods
    const result: any = await declared.handle(declared.params.parse(params) as never, context, {
      ...localCaller,
      receivedAtMs: start,
      signal,
      stop: signal,
      note() {},
    });
    return { result, ms: performance.now() - start };
  };
  const { result } = await call("graph.put", { graph });
  const shared = { graph: result.graph, encoding: "base64" };
  const data = Float64Array.from({ length: size }, (_, i) => 1 + (i % 7) / 8);
  const inputs = { x: { shape: [size], data: base64(data) } };
  await call("evaluate", { ...shared, inputs });
  const evaluateMs = await least(() => call("evaluate", { ...shared, inputs }));
  const params = { ...shared, of: [of], format: "csr" };
  const planned = await call("explain", { graph: result.graph, of: [of], format: "csr", method });
  const valuesMs = await least(() => call(method, { ...params, inputs }));
  const { nonzeros, passes } = planned.result.plan;
  return { name, size, nonzeros, passes, planMs: planned.ms, valuesMs, evaluateMs };
}

async function least(run: () => Promise<{ ms: number }>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) best = Math.min(best, (await run()).ms);
  return best;
}

/** y_i = exp(-x_i²)·sin(x_{i+1}) + x_{i-1}², and f, the sum of y²; ends are held at 0. */
function tridiagonal(n: number): unknown {
  const shifted = (from: number) => ({ start: [from], stop: [from + n] });
  return {
    inputs: [{ name: "x", shape: [n] }],
    nodes: [
      { id: "p", op: "pad", args: ["x"], attrs: { pad_width: [[1, 1]] } },
      { id: "left", op: "slice", args: ["p"], attrs: shifted(0) },
      { id: "right", op: "slice", args: ["p"], attrs: shifted(2) },
      { id: "square", op: "square", args: ["x"] },
      { id: "minus", op: "negative", args: ["square"] },
      { id: "bell", op: "exp", args: ["minus"] },
      { id: "sine", op: "sin", args: ["right"] },
      { id: "product", op: "multiply", args: ["bell", "sine"] },
      { id: "leftSquare", op: "square", args: ["left"] },
      { id: "y", op: "add", args: ["product", "leftSquare"] },
      { id: "cubed", op: "multiply", args: ["left", "product"] },
      { id: "f", op: "sum", args: ["cubed"] },
    ],
    outputs: ["y", "f"],
  };
}

/** The discrete reaction–diffusion equation Δu − exp(u) on a square grid with 0 around it, and its energy. */
function grid(side: number): unknown {
  const at = (i: number, j: number) => ({ start: [i, j], stop: [i + side, j + side] });
  return {
    inputs: [{ name: "x", shape: [side * side] }],
    nodes: [
      { id: "u", op: "reshape", args: ["x"], attrs: { shape: [side, side] } },
      {
        id: "p",
        op: "pad",
        args: ["u"],
        attrs: {
          pad_width: [
            [1, 1],
            [1, 1],
          ],
        },
      },
      { id: "n", op: "slice", args: ["p"], attrs: at(0, 1) },
      { id: "s", op: "slice", args: ["p"], attrs: at(2, 1) },
      { id: "w", op: "slice", args: ["p"], attrs: at(1, 0) },
      { id: "e", op: "slice", args: ["p"], attrs: at(1, 2) },
      { id: "ns", op: "add", args: ["n", "s"] },
      { id: "we", op: "add", args: ["w", "e"] },
      { id: "around", op: "add", args: ["ns", "we"] },
      { id: "four", op: "multiply", args: ["u", 4] },
      { id: "laplacian", op: "subtract", args: ["around", "four"] },
      { id: "growth", op: "exp", args: ["u"] },
      { id: "y", op: "subtract", args: ["laplacian", "growth"] },
      { id: "work", op: "multiply", args: ["u", "laplacian"] },
      { id: "total", op: "add", args: ["work", "growth"] },
      { id: "f", op: "sum", args: ["total"] },
    ],
    outputs: ["y", "f"],
  };
}
