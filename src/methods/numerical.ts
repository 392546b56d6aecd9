import { z } from "zod";
import {
  type Directions,
  differences,
  evaluationsOf,
  samplerOf,
  schemes,
  unitDirections,
} from "../engine/differences.ts";
import { givenSeeds, startsOf } from "../engine/runs/seeds.ts";
import { invalidParams } from "../errors.ts";
import { ndarray } from "../graph/ndarray.ts";
import { elementCount } from "../graph/shape.ts";
import { rawObject } from "../rpc/raw.ts";
import { encodeTensor } from "../syntax/tensor.ts";
import { define } from "./context.ts";
import { type DenseForm, encodeBlocks, encodeMatrix, rangesOf, total } from "./dense.ts";
import { standard } from "./examples.ts";
import { matrixPart } from "./results.ts";
import { runProducts } from "./run.ts";
import { Task } from "./task.ts";
import {
  blocksOrMatrix,
  derivativeErrors,
  errorEstimates,
  layoutParams,
  matrixResult,
  outputsResult,
  products,
  runParams,
  seeds,
  selectionParams,
  steps,
  tensorMap,
} from "./wire.ts";

export const numerical = define({
  name: "numerical",
  summary: "Derivatives by finite differences, with an error estimate for every entry.",
  description:
    "A Jacobian, Jacobian-vector products or the gradient of a scalar output by forward, backward or central differences, laid out as `jacobian`, `jvp` and `gradient` lay them out; `errors` has an estimate for each entry, laid out alike: truncation, from the same quotient at 0.6 of the step, plus rounding; Infinity where there is nothing to estimate from. Unless `step` is given it is eps^(1/3) max(|x|, 1) for central and eps^(1/2) max(|x|, 1) for one-sided differences, x being the scalar that is moved; along a seed, x is the largest scalar that it moves and the step is divided by the largest scalar of the seed. For exact derivatives use the other methods: this one is there to compare with.",
  params: z.object({
    ...runParams,
    ...selectionParams,
    method: z
      .enum(["jacobian", "jvp", "gradient"])
      .default("jacobian")
      .describe("what to compute; `jvp` takes `seeds`, `gradient` exactly one scalar output"),
    seeds: seeds
      .optional()
      .describe("with method `jvp`: tensors by input name, absent ones being zero; or a list of such"),
    scheme: z.enum(schemes).default("central").describe("f(x+h) - f(x-h), f(x+h) - f(x) or f(x) - f(x-h)"),
    step: z.number().positive().optional().describe("the step h, the same for every input and seed"),
    layout: layoutParams.layout,
  }),
  result: z.object({
    ...outputsResult,
    jacobian: blocksOrMatrix.optional().describe("with method `jacobian`, laid out as that does"),
    tangents: products.optional().describe("with method `jvp`"),
    gradient: tensorMap.optional().describe("with method `gradient`"),
    errors: errorEstimates,
    rowRanges: matrixResult.rowRanges,
    columnRanges: matrixResult.columnRanges,
    scheme: z.enum(schemes).describe("the scheme that was used"),
    step: steps,
    evaluations: z.int().min(0).describe("evaluations at each point, those for the error estimates included"),
  }),
  errors: derivativeErrors,
  isHeavy: true,
  examples: [
    {
      name: "the standard example by central differences",
      params: { graph: standard.graph, inputs: standard.inputs },
      result: {
        graph: standard.id,
        outputs: { y: standard.y },
        jacobian: { y: { x1: 5.500000000004584, x2: 1.7163378145812018 } },
        errors: { y: { x1: 6.553436052027689e-10, x2: 2.73301474984334e-10 } },
        step: { x1: 0.000012110908904786679, x2: 0.000030277272261966697 },
        scheme: "central",
        evaluations: 9,
      },
    },
    {
      name: "a slope by forward differences with a step of one's own",
      params: {
        graph: standard.graph,
        inputs: standard.inputs,
        method: "jvp",
        seeds: { x1: 1 },
        scheme: "forward",
        step: 0.0009765625,
      },
      result: {
        graph: standard.id,
        outputs: { y: standard.y },
        tangents: { y: 5.499877969408772 },
        errors: { y: 0.00012200677004491814 },
        step: 0.0009765625,
        scheme: "forward",
        evaluations: 3,
      },
    },
  ],
  async handle(params, context, call) {
    const { method, scheme, step: given, layout, batch, encoding } = params;
    if (method === "jvp" && params.seeds === undefined) {
      throw invalidParams({ path: "/seeds", message: "required with method jvp" });
    }
    if (method !== "jvp" && params.seeds !== undefined) {
      throw invalidParams({ path: "/seeds", message: `method ${method} takes none` });
    }
    const task = new Task(context, call, params);
    const selection = method === "gradient" ? task.selectScalar("gradient") : task.select();
    const isList = Array.isArray(params.seeds);
    const list = (isList ? params.seeds : [params.seeds ?? {}]) as readonly Readonly<Record<string, unknown>>[];
    const { n, m } = task.count(selection);
    const columns = method === "jvp" ? list.length : n;
    const [wrtShapes, ofShapes] = [task.inputShapes(selection.wrt), task.outputShapes(selection.of)];
    const form: DenseForm = {
      rowShapes: ofShapes,
      columnShapes: method === "jvp" ? list.map(() => []) : wrtShapes,
      rowNames: task.outputNames(selection.of),
      columnNames: method === "jvp" ? list.map((_, k) => String(k)) : task.inputNames(selection.wrt),
      points: batch,
      encoding,
    };
    const request = { scheme, step: given, hasErrors: true };
    const evaluations = evaluationsOf({ ...request, directions: unitDirections(columns) });
    const { operations } = task.derivation.derive("evaluate", selection);
    task.checkOperations((1 + evaluations) * operations, batch);
    const matrix = matrixPart(form.rowShapes, form.columnShapes, layout);
    const answerBytes = task.checkAnswer(
      [...task.outputParts(), matrix, matrix, { rows: form.columnShapes }],
      batch,
      encoding,
    );

    const { outputs } = await runProducts(task, "evaluate", selection, params);
    const inputs = task.decodeInputs(params.inputs, batch);
    const sampler = samplerOf(task.derivation, selection, inputs, batch);
    const directions =
      method === "jvp"
        ? seedDirections(
            givenSeeds(task.decodeSeeds(list, task.inputNames(selection.wrt), wrtShapes, batch), wrtShapes),
          )
        : unitDirections(n);
    const points = batch ?? 1;
    const release = context.engine.admit(2 * answerBytes + 16 * points * m * columns + sampler.bytes(evaluations));
    try {
      const values = new Float64Array(points * m * columns);
      const errors = new Float64Array(points * m * columns);
      const steps = new Float64Array(points * columns);
      await differences(sampler, { ...request, directions }, task.budget, (column) => {
        const { point, direction } = column;
        steps[point * columns + direction] = column.step;
        for (let i = 0; i < m; i++) {
          const to = (point * m + i) * columns + direction;
          values[to] = column.values[i]!;
          errors[to] = column.errors[i]!;
        }
      });
      return rawObject({
        graph: task.loaded.id,
        outputs,
        ...answer(values, errors, steps),
        scheme,
        evaluations,
      });
    } finally {
      release();
    }

    function answer(values: Float64Array, errors: Float64Array, steps: Float64Array) {
      const step = encodeBlocks(steps, { ...form, rowShapes: [[]], rowNames: ["step"] }).step!;
      if (method === "gradient") {
        const name = form.rowNames[0]!;
        return { gradient: encodeBlocks(values, form)[name]!, errors: encodeBlocks(errors, form)[name]!, step };
      }
      if (method === "jvp") {
        const bySeed = (data: Float64Array) => {
          const blocks = encodeBlocks(data, form);
          const seeds = list.map((_, k) =>
            Object.fromEntries(form.rowNames.map((name) => [name, blocks[name]![String(k)]])),
          );
          return isList ? seeds : seeds[0]!;
        };
        const shape = [...(batch === undefined ? [] : [batch]), ...(isList ? [list.length] : [])];
        const step = encodeTensor(ndarray("float64", shape, steps), encoding);
        return { tangents: bySeed(values), errors: bySeed(errors), step };
      }
      if (layout === "blocks") {
        return { jacobian: encodeBlocks(values, form), errors: encodeBlocks(errors, form), step };
      }
      return {
        jacobian: encodeMatrix(values, form),
        errors: encodeMatrix(errors, form),
        rowRanges: rangesOf(form.rowNames, ofShapes),
        columnRanges: rangesOf(form.columnNames, wrtShapes),
        step,
      };
    }

    /** Seeds as directions, all inputs moving at once. */
    function seedDirections(given: ReturnType<typeof givenSeeds>): Directions {
      const sizes = wrtShapes.map(elementCount);
      const starts = startsOf(sizes);
      const at = { point: -1, k: -1, v: new Float64Array(total(wrtShapes)) };
      const seed = (point: number, k: number) => {
        if (at.point === point && at.k === k) return at.v;
        at.v.fill(0);
        sizes.forEach((size, i) => {
          given.write(at.v.subarray(starts[i]!, starts[i]! + size), i, point, k);
        });
        Object.assign(at, { point, k });
        return at.v;
      };
      return {
        count: given.count,
        move(x, point, k, amount) {
          const v = seed(point, k);
          for (let i = 0; i < v.length; i++) if (v[i] !== 0) x[i]! += amount * v[i]!;
          return amount;
        },
        size(x, point, k) {
          const v = seed(point, k);
          let [reach, extent] = [0, 0];
          for (let i = 0; i < v.length; i++) {
            reach = Math.max(reach, Math.abs(v[i]!));
            if (v[i] !== 0) extent = Math.max(extent, Math.abs(x[i]!));
          }
          return { reach, extent };
        },
      };
    }
  },
});
