import { expect, test, vi } from "vitest";
import { compileProgram } from "../../src/engine/programs/compiled.ts";
import { Budget } from "../../src/graph/budget.ts";
import { square } from "../../src/operators/families/arithmetic.ts";
import { flip } from "../../src/operators/families/arrangement.ts";
import { greater, where } from "../../src/operators/families/choice.ts";
import { log } from "../../src/operators/families/exponential.ts";
import { matmul } from "../../src/operators/families/products.ts";
import { sum } from "../../src/operators/views.ts";
import { gradient } from "../../src/transforms/derive.ts";
import { finished, graphOf, primalOf } from "../support/graphs.ts";
import { outputsOf } from "../support/programs.ts";
import { nested, tensorOf } from "../support/tensors.ts";

const pageBytes = 65_536;

const grownBytes = (run: () => void): number => {
  let pages = 0;
  const { grow } = WebAssembly.Memory.prototype;
  const spy = vi.spyOn(WebAssembly.Memory.prototype, "grow").mockImplementation(function (
    this: WebAssembly.Memory,
    delta,
  ) {
    pages += delta;
    return grow.call(this, delta);
  });
  run();
  spy.mockRestore();
  return pages * pageBytes;
};

test("a run takes no more memory than its program says", () => {
  for (const length of [1000, 300_000, 3_000_000]) {
    const graph = graphOf([[length]], (x) => sum(square(flip(square(x!), { axis: [0] })), { axis: [0] }));
    const program = compileProgram(finished(primalOf(graph)));
    const x = tensorOf(new Float64Array(length).fill(2), [length]);
    const grown = grownBytes(() => {
      for (let k = 0; k < 3; k++) expect(outputsOf(program, [x]).map(nested)).toEqual([16 * length]);
    });
    expect(grown).toBeLessThanOrEqual(program.liveBytes + pageBytes);
  }
});

test("neither does a run that is done again where zero absorbs", () => {
  const length = 500_000;
  const graph = primalOf(graphOf([[length]], (x) => sum(where(greater(x!, 0), log(x!), 0))));
  const program = compileProgram(finished(gradient(graph, { wrt: [0], of: [0] })));
  const x = tensorOf(
    Float64Array.from({ length }, (_, i) => i % 2),
    [length],
  );
  let results: unknown[] = [];
  const grown = grownBytes(() => {
    results = outputsOf(program, [x]).map((y) => (y.shape.length === 0 ? nested(y) : [...y.data.slice(0, 4)]));
  });
  expect(results).toEqual([0, [0, 1, 0, 1]]);
  expect(grown).toBeLessThanOrEqual(program.liveBytes + pageBytes);
});

test("runs that take turns do not write over each other, though memory grows", () => {
  const n = 150;
  const product = graphOf(
    [
      [n, n],
      [n, n],
    ],
    (x, y) => matmul(matmul(x!, y!), y!),
  );
  const program = compileProgram(finished(primalOf(product)));
  const unit = tensorOf(
    Float64Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0)),
    [n, n],
  );
  const twice = tensorOf(unit.data.map((x) => 2 * x) as Float64Array<ArrayBuffer>, [n, n]);
  const budget = Budget.unlimited();
  const runs = [unit, twice, unit, twice].map((x) => ({ x, steps: program.run([x, twice], budget) }));
  const results: number[] = [];
  while (runs.length > 0) {
    for (const run of [...runs]) {
      const step = run.steps.next();
      if (!step.done) continue;
      runs.splice(runs.indexOf(run), 1);
      const [y] = step.value;
      const trace = Array.from({ length: n }, (_, i) => y!.data[y!.offset + i * (n + 1)]!);
      results.push(new Set(trace).size === 1 ? trace[0]! : Number.NaN);
    }
  }
  expect(results.sort()).toEqual([4, 4, 8, 8]);
});
