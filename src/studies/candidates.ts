import { checkOperations } from "../calls/answer-size.ts";
import { headingsOf, rangesOf } from "../calls/headings.ts";
import type { Question } from "../calls/question.ts";
import { admitted } from "../engine/runs/admitted.ts";
import { unitSeeds } from "../engine/runs/seeds.ts";
import { ServiceError } from "../errors.ts";
import { type Graph, nodesOf, operationsOf } from "../graph/graph.ts";
import type { DecodedTensor } from "../syntax/tensor.ts";
import type { Selection } from "../transforms/derive.ts";
import type { Candidate } from "./comparison.ts";
import { differences, evaluationsOf, unitDirections } from "./differences.ts";
import { exactJacobian } from "./exact.ts";
import type { Modes } from "./modes.ts";
import { samplerOf } from "./sampler.ts";
import type { Scheme } from "./steps.ts";
import { symbolicDerivatives } from "./symbolic.ts";
import { mergedGraph, runGraph, sweep, symbolicJacobian, timed } from "./timed-products.ts";

// A Jacobian written out row by row has about this many nodes, and elements of constants, at most.
const symbolicSizeMax = 20_000;

/** The Jacobian by every method, in the order of the answer; the reference is the last. */
export async function candidatesOf(
  question: Question,
  selection: Selection,
  modes: Modes,
  inputs: readonly DecodedTensor[],
) {
  const { wrt, of } = headingsOf(question, selection);
  const [n, m] = [wrt.spans.total, of.spans.total];
  const by = async (method: "forward" | "reverse") => {
    const [kind, side, passes] = method === "reverse" ? (["vjp", of, m] as const) : (["jvp", wrt, n] as const);
    const swept = await sweep(question, kind, selection, inputs, unitSeeds(side.spans, "matrix"));
    const { values, warnings } = await exactJacobian(question, inputs, method);
    const candidate: Candidate = { method, ...swept, values, passes };
    return { candidate, warnings };
  };
  const reference = await by(modes.reverse ? "reverse" : "forward");
  const forward = modes.reverse && modes.forward ? await by("forward") : undefined;
  const candidates: Candidate[] = [];
  const manual = await manualCandidate(question, selection, inputs);
  if (manual) candidates.push(manual);
  candidates.push(...(await numericalCandidates(question, selection, inputs)));
  const symbolic =
    formulas(question, selection) ??
    (modes.reverse ? symbolicJacobian(question, selection, symbolicSizeMax) : undefined);
  if (symbolic) {
    const operations = operationsOf(nodesOf(symbolic));
    const swept = await runGraph(question, symbolic, operations, inputs);
    candidates.push({ method: "symbolic", ...swept, values: swept.rows[0]!, evaluations: 1 });
  }
  if (forward) candidates.push(forward.candidate);
  return {
    reference: reference.candidate,
    candidates: [...candidates, reference.candidate],
    warnings: reference.warnings,
  };
}

/** The formulas of the method `symbolic` as one graph, where it has them: not of tensors, nor of what it cannot say. */
function formulas(question: Question, selection: Selection): Graph | undefined {
  if (headingsOf(question, selection).of.spans.shapes.some((shape) => shape.length > 0)) return undefined;
  try {
    const { limits } = question;
    return mergedGraph(question, symbolicDerivatives(question.loaded.graph, selection, limits, question.budget));
  } catch (fault) {
    if (fault instanceof ServiceError && (fault.type === "not_differentiable" || fault.type === "limit_exceeded")) {
      return undefined;
    }
    throw fault;
  }
}

async function manualCandidate(
  question: Question,
  selection: Selection,
  inputs: readonly DecodedTensor[],
): Promise<Candidate | undefined> {
  const { wrt, of } = headingsOf(question, selection);
  const [n, m] = [wrt.spans.total, of.spans.total];
  const [rows, columns] = [rangesOf(of), rangesOf(wrt)];
  const placed = question.loading.derivatives.flatMap((entry) => {
    const row = rows.find(({ name }) => name === entry.of);
    const column = columns.find(({ name }) => name === entry.wrt);
    return row && column ? [{ entry, row, column }] : [];
  });
  if (placed.length === 0) return undefined;
  const graph = mergedGraph(
    question,
    placed.map(({ entry }) => entry),
  );
  const operations = operationsOf(nodesOf(graph));
  checkOperations(question, operations);
  const swept = await runGraph(question, graph, operations, inputs);
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
  question: Question,
  selection: Selection,
  inputs: readonly DecodedTensor[],
): Promise<Candidate[]> {
  const sampler = samplerOf(question.derivation, selection, inputs, undefined);
  const { n, m } = sampler;
  const directions = unitDirections(n);
  const primal = question.derivation.derive("evaluate", selection).operations;
  return admitted(question.engine, sampler.bytes(1 + 4 * n) + 8 * 3 * m * n, async () => {
    const isKink = new Uint8Array(m * n);
    const found = new Map<Scheme, Candidate>();
    for (const scheme of ["central", "forward", "backward"] as const) {
      const [values, errors] = [new Float64Array(m * n), new Float64Array(m * n)];
      const isRough = new Uint8Array(m * n);
      const steps = new Float64Array(n);
      const plain = { directions, scheme, hasErrors: false };
      await differences(sampler, { ...plain, hasErrors: true }, question.budget, (column) => {
        steps[column.direction] = column.step;
        for (let i = 0; i < m; i++) {
          const at = i * n + column.direction;
          values[at] = column.values[i]!;
          errors[at] = column.errors[i]!;
          isRough[at] = column.isRough[i]!;
          // Central differences come first: they alone tell kinks.
          if (scheme === "central") isKink[at] = column.isKink[i]!;
        }
      });
      const step = (_point: number, k: number) => steps[k]!;
      const timeMs = await timed(async () => {
        await differences(sampler, { ...plain, step }, question.budget, () => undefined);
      });
      const evaluations = evaluationsOf(plain);
      const operations = evaluations * primal;
      found.set(scheme, {
        method: "numerical",
        scheme,
        values,
        errors,
        isKink,
        isRough,
        evaluations,
        operations,
        timeMs,
      });
    }
    return (["forward", "backward", "central"] as const).map((scheme) => found.get(scheme)!);
  });
}
