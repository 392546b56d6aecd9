import { describe, expect, test } from "vitest";
import { isFloat } from "../../src/graph/dtype.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { gradient, hvp, jvp, vjp } from "../../src/transforms/derive.ts";
import { cases, differences, numbersIn, type Tensors } from "./cases.ts";
import { graphOf, run, runOnUnits, tensor } from "./programs.ts";

describe.each(cases)("$name", (golden) => {
  const graph = graphOf(golden);
  const { expect: wanted } = golden;
  const points = graph.inputs.map(({ name, shape, dtype }) => tensor(golden.inputs[name]!, shape, dtype));
  const wrt = graph.inputs.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
  const of = graph.outputs.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
  const inputs = wrt.map((i) => graph.inputs[i]!);
  const outputs = of.map((i) => graph.outputs[i]!);
  const close = (received: ArrayLike<number>, expected: ArrayLike<number>) =>
    expect(differences(received, expected, golden)).toEqual([]);
  const allClose = (named: readonly { name: string }[], received: readonly ArrayLike<number>[], tensors: Tensors) => {
    for (const [i, { name }] of named.entries()) close(received[i]!, numbersIn(tensors[name]!));
  };

  test("has the outputs", () => {
    allClose(graph.outputs, run(graph, points), wanted.outputs);
  });

  test("has the tangents of its outputs", () => {
    const seeds = inputs.map(({ name, shape }) => tensor(wanted.jvp.seeds[name]!, shape));
    const tangents = run(jvp(graph, { wrt, of }), [...points, ...seeds]).slice(graph.outputs.length);
    allClose(outputs, tangents, wanted.jvp.tangents);
  });

  test("has the cotangents of its inputs", () => {
    const seeds = outputs.map(({ name, node }) => tensor(wanted.vjp.seeds[name]!, node.shape));
    const cotangents = run(vjp(graph, { wrt, of }), [...points, ...seeds]).slice(graph.outputs.length);
    allClose(inputs, cotangents, wanted.vjp.cotangents);
  });

  test("has the Jacobian, forward", () => {
    const { seeds, results } = runOnUnits(jvp(graph, { wrt, of }), points, graph.inputs.length, graph.outputs.length);
    outputs.forEach((output, j) => {
      const rows = elementCount(output.node.shape);
      let column = 0;
      for (const input of inputs) {
        const columns = elementCount(input.shape);
        const block = Array.from({ length: rows * columns }, (_, at) => {
          const row = Math.floor(at / columns);
          return results[j]![(column + (at % columns)) * rows + row]!;
        });
        close(block, numbersIn(wanted.jacobian[output.name]![input.name]!));
        column += columns;
      }
      expect(column).toBe(seeds);
    });
  });

  test("has the Jacobian, in reverse", () => {
    const { results } = runOnUnits(vjp(graph, { wrt, of }), points, graph.inputs.length, graph.outputs.length);
    let row = 0;
    for (const output of outputs) {
      const rows = elementCount(output.node.shape);
      inputs.forEach((input, i) => {
        const columns = elementCount(input.shape);
        const block = Array.from(results[i]!).slice(row * columns, (row + rows) * columns);
        close(block, numbersIn(wanted.jacobian[output.name]![input.name]!));
      });
      row += rows;
    }
  });

  const secondOrder = wanted.hessian ? test : undefined;
  secondOrder?.("has the gradient and the Hessian", () => {
    const first = run(gradient(graph, { wrt, of }), points).slice(graph.outputs.length);
    allClose(inputs, first, wanted.jacobian[outputs[0]!.name]!);
    const skipped = graph.outputs.length + wrt.length;
    const { results } = runOnUnits(hvp(graph, { wrt, of }), points, graph.inputs.length, skipped);
    inputs.forEach((input, i) => {
      const rows = elementCount(input.shape);
      let column = 0;
      for (const other of inputs) {
        const columns = elementCount(other.shape);
        const block = Array.from({ length: rows * columns }, (_, at) => {
          const row = Math.floor(at / columns);
          return results[i]![(column + (at % columns)) * rows + row]!;
        });
        close(block, numbersIn(wanted.hessian![input.name]![other.name]!));
        column += columns;
      }
    });
  });
});
