import { compileProgram } from "../../src/engine/programs/compiled.ts";
import { Budget } from "../../src/graph/budget.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { copied, type NdArray } from "../../src/graph/ndarray.ts";
import { interpret } from "../../src/graph/running/interpret.ts";
import type { Program } from "../../src/graph/running/program.ts";

/** How far a compiled program may be from the interpreter, of the larger of a value and the largest beside it. */
const tolerance = 1e-9;

/** The outputs of a graph, compiled; throws where the interpreter says otherwise. */
export function runBoth(graph: Graph, inputs: readonly NdArray[]): NdArray[] {
  const compiled = outputsOf(compileProgram(graph), inputs);
  outputsOf(interpret(graph), inputs).forEach((expected, i) => {
    agree(compiled[i]!, expected, graph.outputs[i]!.name);
  });
  return compiled;
}

/** What a program gives, in storage of its own. */
export function outputsOf(program: Program, inputs: readonly NdArray[]): NdArray[] {
  const steps = program.run(inputs, Budget.unlimited());
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value.map(copied);
  }
}

function agree(actual: NdArray, expected: NdArray, name: string): void {
  const finite = Array.from(expected.data, Math.abs).filter(Number.isFinite);
  const scale = finite.reduce((a, b) => Math.max(a, b), 1e-300);
  for (const [i, x] of expected.data.entries()) {
    const y = actual.data[i]!;
    const isSame = Object.is(x, y) || x === y || Math.abs(x - y) <= tolerance * Math.max(Math.abs(x), scale);
    if (!isSame) throw new Error(`${name}[${i}]: compiled ${y}, interpreted ${x}`);
  }
}
