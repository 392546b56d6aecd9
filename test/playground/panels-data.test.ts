import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { buildApp } from "../../src/http/app.ts";
import { methods } from "../../src/methods/index.ts";
import type { Wire } from "../../src/playground/api/wire.ts";
import { callsOf, errorLines, largestError, stepsTried } from "../../src/playground/compare/steps.ts";
import { costsOf, matrixOf } from "../../src/playground/jacobian/matrix.ts";
import { jobAlong, rowOf } from "../../src/playground/jobs/rows.ts";
import { contour, levelsOf } from "../../src/playground/plots/contours.ts";
import { curveCall, curveOf, mapCall, mapOf } from "../../src/playground/plots/questions.ts";
import { extent, linear, logarithmic } from "../../src/playground/plots/scale.ts";
import { documentText, formulaOf } from "../../src/playground/state/forms.ts";
import { translate } from "../../src/playground/state/translate.ts";
import { Pattern } from "../../src/sparse/pattern.ts";
import { alone } from "../support/alone.ts";

// What the panels show, from answers of the service itself.

const config = readConfig();
const app = buildApp({ config, methods, dispatch: alone(config).dispatch });

async function ask<T>(method: string, payload: object): Promise<T> {
  return (await app.inject({ method: "POST", url: `/v1/${method}`, payload })).json();
}

const standard = { graph: { expression: "log(x1) + x1*x2 - sin(x2)" }, inputs: { x1: 2, x2: 5 } };

describe("a Jacobian", () => {
  const matrixFor = async (expression: string, outputs: string[], mode = "auto") => {
    const names = [...new Set(expression.match(/x\d+/g))];
    const inputs = Object.fromEntries(names.map((name, i) => [name, 1 + i / 8]));
    const params = { graph: { expression, outputs }, inputs, layout: "matrix", format: "coo", mode };
    return matrixOf(await ask<Wire["JacobianResult"]>("jacobian", params));
  };
  const band = Array.from({ length: 8 }, (_, i) => `f${i} = x${i} * x${(i + 1) % 8}`).join("\n");
  const bandOutputs = Array.from({ length: 8 }, (_, i) => `f${i}`);
  const arrow = ["f0 = x0*x1*x2*x3*x4*x5*x6*x7", ...Array.from({ length: 7 }, (_, i) => `f${i + 1} = x0 * x${i + 1}`)];

  test("has the sweep of every entry, and no sweep gives two entries in one place", async () => {
    for (const mode of ["auto", "forward", "reverse", "bidirectional"]) {
      for (const [text, outputs] of [
        [band, bandOutputs],
        [arrow.join("\n"), bandOutputs],
      ] as const) {
        const { entries, plan, columnGroups, rowGroups } = await matrixFor(text, outputs, mode);
        expect(columnGroups.count + rowGroups.count).toBe(plan.passes);
        const places = entries.map(({ sweep, row, column }) =>
          sweep?.direction === "forward" ? `forward ${sweep.number} ${row}` : `reverse ${sweep?.number} ${column}`,
        );
        expect(new Set(places).size).toBe(entries.length);
        expect(entries.every(({ sweep }) => sweep !== undefined)).toBe(true);
      }
    }
  });

  test("tells what each way would cost, and marks the one that was taken at the service's own count", async () => {
    const matrix = await matrixFor(band, bandOutputs);
    const { ways } = costsOf(matrix);
    const taken = ways.filter(({ isTaken }) => isTaken);
    expect(taken.map(({ passes, operations }) => [passes, operations])).toEqual([
      [matrix.plan.passes, matrix.plan.operations.compressed],
    ]);
    expect(ways.map(({ name }) => name)).toEqual(["forward", "reverse", "forward, by colour", "reverse, by colour"]);
  });

  test("whose colours cannot be told as the service swept them has none", () => {
    const plan = {
      mode: "forward",
      passes: 7,
      inputs: 2,
      outputs: 2,
      operations: { primal: 1, forward: 3, reverse: 3 },
    };
    const jacobian = { shape: [2, 2], rowIndices: [0, 1], columnIndices: [0, 1], values: [1, 2] };
    const { columnGroups, entries } = matrixOf({ graph: "", outputs: {}, jacobian, plan } as Wire["JacobianResult"]);
    expect(columnGroups.count).toBe(0);
    expect(entries[0]).toEqual({ row: 0, column: 0, value: 1 });
    expect(Pattern.of(2, [[0], [1]]).nonzeros).toBe(2);
  });
});

describe("differences", () => {
  test("are tried at each step by each scheme, and have the shape of a V", async () => {
    const { rows } = await ask<Wire["CompareResult"]>("compare", standard);
    const exact = rows.find(({ method }) => method === "reverse")!.jacobian;
    const calls = callsOf(standard).map((params, id) => ({ jsonrpc: "2.0", id, method: "numerical", params }));
    const answers: Wire["NumericalResult"][] = [];
    for (const half of [calls.slice(0, 69), calls.slice(69)]) {
      const replies = (await app.inject({ method: "POST", url: "/rpc", payload: half })).json();
      answers.push(...replies.map(({ result }: { result: Wire["NumericalResult"] }) => result));
    }
    for (const { scheme, points } of errorLines(answers, exact)) {
      const errors = points.map(([, error]) => error).filter(Number.isFinite);
      const best = Math.min(...errors);
      expect(best, scheme).toBeLessThan(1e-7);
      expect(errors.at(-1)!, scheme).toBeGreaterThan(100 * best);
      expect(points.find(([step]) => step === 0.1 ** 1)?.[1] ?? 1, scheme).toBeGreaterThan(100 * best);
    }
    expect(stepsTried.length * 3).toBe(138);
  });

  test("have the largest relative error of all entries", () => {
    expect(largestError([1.1, 0.5], [1, 0])).toBe(0.5);
    expect(largestError([Number.NaN], [1])).toBeNaN();
  });
});

describe("plots", () => {
  const choice = { output: "y", across: "x1" };

  test("of one input have the function's values and slopes, and those at the point", async () => {
    const call = curveCall(standard, choice, { x1: { value: 2, min: 1, max: 3 } });
    const { points, here } = curveOf(call, await ask("jvp", call), choice);
    expect(here).toEqual({ x: 2, y: Math.log(2) + 10 - Math.sin(5), slope: 5.5 });
    expect([points[0]!.x, points.at(-1)!.x, points.length]).toEqual([1, 3, 240]);
    for (const { x, slope } of points) expect(slope).toBeCloseTo(1 / x + 5, 12);
  });

  test("of two inputs have values and gradients on a grid", async () => {
    const chosen = { ...choice, up: "x2" };
    const call = mapCall(standard, chosen, { x1: { value: 2, min: 1, max: 3 }, x2: { value: 5, min: 0, max: 6 } });
    const { xs, ys, values, dx, dy } = mapOf(call, await ask("vjp", call), chosen);
    expect([xs.length, ys.length, values.length]).toEqual([41, 41, 1681]);
    for (const at of [0, 40, 41, 1000, 1680]) {
      const [x, y] = [xs[at % 41]!, ys[Math.floor(at / 41)]!];
      expect(values[at]).toBeCloseTo(Math.log(x) + x * y - Math.sin(y), 12);
      expect([dx[at], dy[at]]).toEqual([expect.closeTo(1 / x + y, 12), expect.closeTo(x - Math.cos(y), 12)]);
    }
  });

  test("have contours where the function is the level", () => {
    const side = 31;
    const values = Array.from({ length: side * side }, (_, i) =>
      Math.hypot((i % side) - 15, Math.floor(i / side) - 15),
    );
    const pieces = contour({ columns: side, rows: side, values }, 9);
    expect(pieces.length).toBeGreaterThan(60);
    for (const [x, y] of pieces) expect(Math.hypot(x - 15, y - 15)).toBeCloseTo(9, 1);
    expect(contour({ columns: 2, rows: 2, values: [0, 1, 1, Number.NaN] }, 0.5)).toEqual([]);
    // A saddle: two pieces that do not cross.
    expect(contour({ columns: 2, rows: 2, values: [0, 1, 0, 1].toSpliced(2, 2, 1, 0) }, 0.5).length).toBe(2);
  });

  test("have levels within the values, in order", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 2 }), (values) => {
        const levels = levelsOf(values, 9);
        expect(levels).toEqual(levels.toSorted((a, b) => a - b));
        for (const level of levels) {
          expect(level).toBeGreaterThanOrEqual(Math.min(...values));
          expect(level).toBeLessThanOrEqual(Math.max(...values));
        }
      }),
    );
  });

  test("have scales that turn back, with marks at round numbers", () => {
    const scale = linear([-1, 4], [10, 110]);
    expect([scale(1.5), scale.invert(60), scale.ticks]).toEqual([60, 1.5, [-1, 0, 1, 2, 3, 4]]);
    const powers = logarithmic([1e-6, 1], [0, 60], 3);
    expect(powers.ticks).toEqual([1e-6, 1e-4, 1e-2, 1]);
    expect(powers(1e-3)).toBeCloseTo(30);
    expect([extent([Number.NaN]), extent([2, 2], 0.5)]).toEqual([
      [-1, 1],
      [1, 3],
    ]);
  });
});

describe("jobs", () => {
  test("go along an input from one end of its slider to the other", () => {
    const job = jobAlong(standard, "x1", { value: 2, min: 1, max: 3 }, 5);
    expect(job.params).toEqual({ ...standard, batch: 5, inputs: { x1: [1, 1.5, 2, 2.5, 3], x2: 5 } });
  });

  test("tell how far they are, and what can be done with them", () => {
    const chunks = { total: 4, done: 1, running: 1, failed: 0, retried: 0 };
    const running = {
      job: "job_1",
      state: "running",
      method: "jacobian",
      labels: ["playground", "along x"],
      progress: { points: { total: 400, done: 100, failed: 0 }, chunks, etaMs: 1500 },
    } as Partial<Wire["Job"]> as Wire["Job"];
    expect(rowOf(running)).toEqual({
      job: "job_1",
      title: "jacobian · along x",
      share: 0.25,
      told: "running: 100 of 400 points, 1.5 s to go",
      canCancel: true,
      canDownload: false,
      canForget: false,
    });
  });
});

describe("the two forms", () => {
  test("of a formula: the document that the service's reader makes, with the shapes of the values", () => {
    const translation = translate({ form: "formula", text: "r = A @ x\ny = sum(r)" })!;
    const text = documentText(translation, { A: { value: [[1, 2]] }, x: { value: [1, 2] } });
    expect(JSON.parse(text)).toEqual({
      inputs: [
        { name: "A", shape: [1, 2] },
        { name: "x", shape: [2] },
      ],
      nodes: [
        { id: "r", op: "matmul", args: ["A", "x"] },
        { id: "y", op: "sum", args: ["r"] },
      ],
      outputs: ["y"],
    });
  });

  test("of a document: a formula with the same id, or none where formulas cannot say it", async () => {
    const formulaFor = async (document: object) => {
      const { document: read } = translate({ form: "json", text: JSON.stringify(document) })!;
      const inputs = { x: [1, 2, 3] };
      return formulaOf(read, await ask("trace", { graph: document, inputs, cotangent: {} }));
    };
    const inputs = [{ name: "x", shape: [3] }];
    const document = { inputs, nodes: [{ id: "y", op: "exp", args: ["x"] }], outputs: ["y"] };
    const formula = await formulaFor(document);
    expect(formula).toEqual({ expression: "y = exp(x)", inputs, outputs: ["y"] });
    const [a, b] = [
      await ask<{ graph: string }>("graph.put", { graph: document }),
      await ask("graph.put", { graph: formula }),
    ];
    expect(b).toMatchObject({ graph: a.graph });
    const functions = { f: { inputs: [{ name: "c" }], nodes: [{ id: "n", op: "exp", args: ["c"] }], outputs: ["n"] } };
    const calling = { ...document, functions, nodes: [{ id: "y", op: "call", args: ["x"], attrs: { function: "f" } }] };
    expect(await formulaFor(calling)).toBeUndefined();
  });
});
