import { differences, evaluationsOf, type Scheme, samplerOf, unitDirections } from "../engine/differences.ts";
import { unitSeeds } from "../engine/runs/seeds.ts";
import { symbolicDerivatives } from "../engine/symbolic.ts";
import { ServiceError } from "../errors.ts";
import { type Graph, nodesOf, operationsOf } from "../graph/graph.ts";
import type { DecodedTensor } from "../syntax/tensor.ts";
import type { Selection } from "../transforms/derive.ts";
import type { Candidate } from "./comparison.ts";
import { rangesOf } from "./dense.ts";
import { mergedGraph, runGraph, sweep, symbolicJacobian, timed } from "./point.ts";
import type { Task } from "./task.ts";

// A Jacobian written out row by row has about this many nodes, and elements of constants, at most.
const symbolicSizeMax = 20_000;

/** The Jacobian by every method, in the order of the answer; the reference is the last. */
export async function candidatesOf(task: Task, selection: Selection, inputs: readonly DecodedTensor[]) {
  const { n, m } = task.count(selection);
  const [wrtShapes, ofShapes] = [task.inputShapes(selection.wrt), task.outputShapes(selection.of)];
  const reverse = await sweep(task, "vjp", selection, inputs, unitSeeds(ofShapes));
  const forward = await sweep(task, "jvp", selection, inputs, unitSeeds(wrtShapes));
  const reference: Candidate = { method: "reverse", ...reverse, values: concat(reverse.rows, m * n), passes: m };
  const candidates: Candidate[] = [];
  const manual = await manualCandidate(task, selection, inputs);
  if (manual) candidates.push(manual);
  candidates.push(...(await numericalCandidates(task, selection, inputs)));
  const symbolic = formulas(task, selection) ?? symbolicJacobian(task, selection, symbolicSizeMax);
  if (symbolic) {
    const operations = operationsOf(nodesOf(symbolic));
    const swept = await runGraph(task, symbolic, operations, inputs);
    candidates.push({ method: "symbolic", ...swept, values: swept.rows[0]!, evaluations: 1 });
  }
  candidates.push({ method: "forward", ...forward, values: transposed(forward.rows, m), passes: n });
  return { reference, candidates: [...candidates, reference] };
}

/** The formulas of the method `symbolic` as one graph, where it has them: not of tensors, nor of what it cannot say. */
function formulas(task: Task, selection: Selection): Graph | undefined {
  if (task.outputShapes(selection.of).some((shape) => shape.length > 0)) return undefined;
  try {
    const { limits } = task.context.config;
    return mergedGraph(task, symbolicDerivatives(task.loaded.graph, selection, limits, task.budget));
  } catch (fault) {
    if (fault instanceof ServiceError && (fault.type === "not_differentiable" || fault.type === "limit_exceeded")) {
      return undefined;
    }
    throw fault;
  }
}

async function manualCandidate(
  task: Task,
  selection: Selection,
  inputs: readonly DecodedTensor[],
): Promise<Candidate | undefined> {
  const { n, m } = task.count(selection);
  const rows = rangesOf(task.outputNames(selection.of), task.outputShapes(selection.of));
  const columns = rangesOf(task.inputNames(selection.wrt), task.inputShapes(selection.wrt));
  const placed = task.manual.flatMap((entry) => {
    const row = rows.find(({ name }) => name === entry.of);
    const column = columns.find(({ name }) => name === entry.wrt);
    return row && column ? [{ entry, row, column }] : [];
  });
  if (placed.length === 0) return undefined;
  const graph = mergedGraph(
    task,
    placed.map(({ entry }) => entry),
  );
  const operations = operationsOf(nodesOf(graph));
  task.checkOperations(operations, undefined);
  const swept = await runGraph(task, graph, operations, inputs);
  const values = new Float64Array(m * n);
  const isGiven = new Uint8Array(m * n);
  let from = 0;
  for (const { row, column } of placed) {
    for (let r = 0; r < row.size; r++, from += column.size) {
      const to = (row.start + r) * n + column.start;
      values.set(swept.rows[0]!.subarray(from, from + column.size), to);
      isGiven.fill(1, to, to + column.size);
    }
  }
  return { method: "manual", ...swept, values, isGiven, evaluations: 1 };
}

async function numericalCandidates(
  task: Task,
  selection: Selection,
  inputs: readonly DecodedTensor[],
): Promise<Candidate[]> {
  const sampler = samplerOf(task.derivation, selection, inputs, undefined);
  const { n, m } = sampler;
  const directions = unitDirections(n);
  const primal = task.derivation.derive("evaluate", selection).operations;
  const release = task.context.engine.admit(sampler.bytes(1 + 4 * n) + 8 * 3 * m * n);
  try {
    const isKink = new Uint8Array(m * n);
    const found = new Map<Scheme, Candidate>();
    for (const scheme of ["central", "forward", "backward"] as const) {
      const [values, errors] = [new Float64Array(m * n), new Float64Array(m * n)];
      const plain = { directions, scheme, hasErrors: false };
      const timeMs = await timed(() =>
        differences(sampler, plain, task.budget, (column) => {
          for (let i = 0; i < m; i++) values[i * n + column.direction] = column.values[i]!;
        }),
      );
      await differences(sampler, { ...plain, hasErrors: true }, task.budget, (column) => {
        for (let i = 0; i < m; i++) {
          errors[i * n + column.direction] = column.errors[i]!;
          // Central differences come first: they alone tell kinks.
          if (scheme === "central") isKink[i * n + column.direction] = column.isKink[i]!;
        }
      });
      const evaluations = evaluationsOf(plain);
      const operations = evaluations * primal;
      found.set(scheme, { method: "numerical", scheme, values, errors, isKink, evaluations, operations, timeMs });
    }
    return (["forward", "backward", "central"] as const).map((scheme) => found.get(scheme)!);
  } finally {
    release();
  }
}

function concat(rows: readonly Float64Array[], size: number): Float64Array {
  const all = new Float64Array(size);
  rows.forEach((row, k) => {
    all.set(row, k * row.length);
  });
  return all;
}

function transposed(columns: readonly Float64Array[], m: number): Float64Array {
  const all = new Float64Array(m * columns.length);
  columns.forEach((column, k) => {
    for (let i = 0; i < m; i++) all[i * columns.length + k] = column[i]!;
  });
  return all;
}
