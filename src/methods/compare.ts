import { z } from "zod";
import { evaluationsOf, schemes, unitDirections } from "../engine/differences.ts";
import { rawObject } from "../rpc/raw.ts";
import { candidatesOf } from "./candidates.ts";
import { comparisonText, type Judged, judge } from "./comparison.ts";
import { define } from "./context.ts";
import { encodeBlocks, rangesOf } from "./dense.ts";
import { standard } from "./examples.ts";
import { matrixPart } from "./results.ts";
import { runProducts } from "./run.ts";
import { Task } from "./task.ts";
import { blocks, derivativeErrors, figure, graphParams, outputsResult, runParams, selectionParams } from "./wire.ts";

const verdict = z.enum(["agrees", "disagrees", "undecided"]);

const row = z
  .looseObject({
    method: z.enum(["manual", "numerical", "symbolic", "forward", "reverse"]),
    scheme: z.enum(schemes).optional().describe("of `numerical`"),
    jacobian: blocks.describe("the values; of `manual` the blocks that were given"),
    error: figure.describe("the largest |value - reference| / |reference|, or |value| where the reference is 0"),
    verdict: verdict.describe(
      "`agrees` within rounding, and for `numerical` within ten times its error estimate; `undecided` where a difference or a formula is not finite, or differences straddle a kink",
    ),
    evaluations: z
      .int()
      .min(0)
      .optional()
      .describe("evaluations of the function; the verdict on differences takes as many again"),
    passes: z.int().min(0).optional().describe("seeds swept"),
    operations: z.number().describe("counted operations, the function's own included where it is evaluated too"),
    timeMs: z.number().describe("milliseconds, the fastest of a few runs, compiling aside"),
    worst: z
      .looseObject({
        of: z.string(),
        wrt: z.string(),
        row: z.int().min(0).describe("the scalar of the output, counted in row-major order"),
        column: z.int().min(0).describe("the scalar of the input"),
        value: figure,
        reference: figure,
      })
      .optional()
      .describe("where a row that disagrees does so most"),
  })
  .meta({ id: "ComparedRow" });

export const compare = define({
  name: "compare",
  summary: "One Jacobian by every method: manual, numerical, symbolic, forward and reverse mode.",
  description:
    "Computes a Jacobian at one point by the graph's own `derivatives` where it has any, by differences in three schemes, by the formulas of `symbolic` (or the simplified derivative, written out, where that method has none), and by forward and reverse mode, and tells of each the values, the error, what it took and how long. The reference, which is exact to rounding, is reverse mode. Manual derivatives are only checked here: no method uses them. The row `symbolic` is absent where the formula, a row of the Jacobian after the other, would be very large.",
  params: z.object({
    ...graphParams,
    ...selectionParams,
    inputs: runParams.inputs,
    encoding: runParams.encoding,
    render: z.enum(["text"]).optional().describe("adds `text`, the rows as a table for people"),
  }),
  result: z.object({
    ...outputsResult,
    verdict: verdict.describe("`disagrees` when any row does"),
    reference: z.enum(["reverse"]).describe("the method that errors are told against"),
    rows: z.array(row).describe("one row for each method that gave values"),
    text: z.string().optional().describe("with `render`: the rows as a table"),
  }),
  errors: derivativeErrors,
  isHeavy: true,
  examples: [
    {
      name: "the standard example, with a mistake in the second manual derivative",
      params: {
        graph: {
          ...standard.graph,
          derivatives: [
            { of: "y", wrt: "x1", expression: "1/x1 + x2" },
            { of: "y", wrt: "x2", expression: "x1 + cos(x2)" },
          ],
        },
        inputs: standard.inputs,
      },
      result: {
        graph: standard.id,
        outputs: { y: standard.y },
        verdict: "disagrees",
        reference: "reverse",
        rows: [
          {
            method: "manual",
            jacobian: { y: { x1: standard.dx1, x2: 2.283662185463226 } },
            error: 0.3305435364305417,
            verdict: "disagrees",
            evaluations: 1,
            operations: 26,
            timeMs: 0.00427,
            worst: { of: "y", wrt: "x2", row: 0, column: 0, value: 2.283662185463226, reference: standard.dx2 },
          },
          {
            method: "numerical",
            scheme: "forward",
            jacobian: { y: { x1: standard.dx1, x2: 1.7163377761840821 } },
            error: 2.2345654430226926e-8,
            verdict: "agrees",
            evaluations: 3,
            operations: 129,
            timeMs: 0.0458,
          },
          {
            method: "numerical",
            scheme: "backward",
            jacobian: { y: { x1: standard.dx1, x2: 1.7163378477096558 } },
            error: 1.9327711430656366e-8,
            verdict: "agrees",
            evaluations: 3,
            operations: 129,
            timeMs: 0.0462,
          },
          {
            method: "numerical",
            scheme: "central",
            jacobian: { y: { x1: 5.500000000004584, x2: 1.7163378145812018 } },
            error: 2.5885356859669603e-11,
            verdict: "agrees",
            evaluations: 4,
            operations: 172,
            timeMs: 0.0361,
          },
          {
            method: "symbolic",
            jacobian: { y: { x1: standard.dx1, x2: standard.dx2 } },
            error: 0,
            verdict: "agrees",
            evaluations: 1,
            operations: 26,
            timeMs: 0.00627,
          },
          {
            method: "forward",
            jacobian: { y: { x1: standard.dx1, x2: standard.dx2 } },
            error: 0,
            verdict: "agrees",
            passes: 2,
            operations: 103,
            timeMs: 0.0203,
          },
          {
            method: "reverse",
            jacobian: { y: { x1: standard.dx1, x2: standard.dx2 } },
            error: 0,
            verdict: "agrees",
            passes: 1,
            operations: 73,
            timeMs: 0.0178,
          },
        ],
      },
    },
  ],
  async handle(params, context, call) {
    const task = new Task(context, call, params);
    const selection = task.select();
    const { n, m } = task.count(selection);
    const directions = unitDirections(n);
    const form = {
      rowShapes: task.outputShapes(selection.of),
      columnShapes: task.inputShapes(selection.wrt),
      rowNames: task.outputNames(selection.of),
      columnNames: task.inputNames(selection.wrt),
      points: undefined,
      encoding: params.encoding,
    };
    const primal = task.derivation.derive("evaluate", selection).operations;
    const sweeps = (kind: "jvp" | "vjp", seeds: number) =>
      primal + seeds * (task.derivation.derive(kind, selection).operations - primal);
    const evaluations = schemes.reduce(
      (sum, scheme) => sum + 3 * evaluationsOf({ directions, scheme, hasErrors: false }),
      1,
    );
    task.checkOperations(sweeps("jvp", n) + 2 * sweeps("vjp", m) + evaluations * primal, undefined);
    const part = matrixPart(form.rowShapes, form.columnShapes, "blocks");
    const answerBytes = task.checkAnswer(
      [...task.outputParts(), ...schemes.flatMap(() => [part, part])],
      undefined,
      params.encoding,
    );
    const { outputs } = await runProducts(task, "evaluate", selection, { ...params, batch: undefined });
    const inputs = task.decodeInputs(params.inputs, undefined);
    // Six methods' values, and the error estimates of one.
    const release = context.engine.admit(answerBytes + 7 * 8 * m * n);
    try {
      const { reference, candidates } = await candidatesOf(task, selection, inputs);
      const rows = candidates.map((candidate) => judge(candidate, reference.values, n));
      const ranges = {
        rows: rangesOf(form.rowNames, form.rowShapes),
        columns: rangesOf(form.columnNames, form.columnShapes),
      };
      const verdicts = rows.map(({ verdict }) => verdict);
      return rawObject({
        graph: task.loaded.id,
        outputs,
        verdict: (["disagrees", "undecided"] as const).find((verdict) => verdicts.includes(verdict)) ?? "agrees",
        reference: "reverse",
        rows: rows.map((judged) => wireRow(judged)),
        ...(params.render === "text" ? { text: comparisonText(rows, ranges) } : {}),
      });

      function wireRow({ candidate, error, verdict, worst }: Judged) {
        const { method, scheme, values, isGiven, evaluations, passes, operations, timeMs } = candidate;
        const all = encodeBlocks(values, form);
        const jacobian = isGiven
          ? Object.fromEntries(
              ranges.rows.flatMap((row) => {
                const given = ranges.columns.filter(
                  (column) => row.size * column.size === 0 || isGiven[row.start * n + column.start],
                );
                const kept = given.map(({ name }) => [name, all[row.name]![name]]);
                return kept.length > 0 ? [[row.name, Object.fromEntries(kept)]] : [];
              }),
            )
          : all;
        return {
          method,
          ...(scheme ? { scheme } : {}),
          jacobian,
          error: Number.isFinite(error) ? error : String(error),
          verdict,
          ...(evaluations === undefined ? {} : { evaluations }),
          ...(passes === undefined ? {} : { passes }),
          operations,
          timeMs: Number(timeMs.toPrecision(3)),
          ...(worst && verdict === "disagrees" ? { worst: wireWorst(worst.row, worst.column, values) } : {}),
        };
      }

      function wireWorst(r: number, c: number, values: Float64Array) {
        const row = ranges.rows.findLast(({ start, size }) => size > 0 && start <= r)!;
        const column = ranges.columns.findLast(({ start, size }) => size > 0 && start <= c)!;
        const number = (data: Float64Array) => {
          const x = data[r * n + c]!;
          return Number.isFinite(x) ? x : String(x);
        };
        return {
          of: row.name,
          wrt: column.name,
          row: r - row.start,
          column: c - column.start,
          value: number(values),
          reference: number(reference.values),
        };
      }
    } finally {
      release();
    }
  },
});
