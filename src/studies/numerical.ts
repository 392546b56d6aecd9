import { checkAnswer, checkOperations, matrixPart, outputParts } from "../calls/answer-size.ts";
import { carryOut } from "../calls/carry-out.ts";
import { kinksOf } from "../calls/doubt/kinks.ts";
import { allFinite, warnOfValues } from "../calls/doubt/settle.ts";
import { Warnings, warningsMember } from "../calls/doubt/warnings.ts";
import { headingsOf, rangesOf, type Side } from "../calls/headings.ts";
import { decodeInputs, decodeSeeds } from "../calls/inputs.ts";
import { named } from "../calls/leaves.ts";
import { planProducts } from "../calls/products.ts";
import type { Given, Question } from "../calls/question.ts";
import { select, selectScalar } from "../calls/selection.ts";
import { admitted } from "../engine/runs/admitted.ts";
import { givenSeeds, type Seeds } from "../engine/runs/seeds.ts";
import { Spans } from "../engine/runs/spans.ts";
import type { Layout } from "../engine/strip.ts";
import { invalidParams } from "../errors.ts";
import { ndarray } from "../graph/ndarray.ts";
import { range } from "../graph/shape.ts";
import { TensorLeaf } from "../wire/answer.ts";
import { blocksOf, type MatrixForm, wholeOf } from "./blocks.ts";
import { type Directions, differences, evaluationsOf, unitDirections } from "./differences.ts";
import { samplerOf } from "./sampler.ts";
import type { Scheme } from "./steps.ts";

/** What to take differences of, and how. */
export interface NumericalParams {
  readonly method: "jacobian" | "jvp" | "gradient";
  readonly seeds?: Given | readonly Given[] | undefined;
  readonly scheme: Scheme;
  readonly step?: number | undefined;
  readonly layout: Layout;
}

/** Derivatives by finite differences, with an error estimate for every entry. */
export async function differentiateNumerically(question: Question, params: NumericalParams) {
  const { method, scheme, step: given, layout } = params;
  const { points: batch, encoding, engine, budget, derivation, seeds: list, hasSeedList } = question;
  const selection = method === "gradient" ? selectScalar(question, "gradient") : select(question);
  const { wrt, of } = headingsOf(question, selection);
  const m = of.spans.total;
  const bySeed: Side = { names: list.map((_, k) => String(k)), spans: new Spans(list.map(() => [])) };
  const form: MatrixForm = { rows: of, columns: method === "jvp" ? bySeed : wrt, points: batch, encoding };
  const columns = form.columns.spans.total;
  const request = { scheme, step: given, hasErrors: true };
  const least = evaluationsOf({ ...request, directions: unitDirections(columns) });
  const { operations } = derivation.derive("evaluate", selection);
  checkOperations(question, (1 + least) * operations);
  const matrix = matrixPart(of.spans, form.columns.spans, layout);
  const steps = { rows: form.columns.spans.shapes };
  const answerBytes = checkAnswer(question, [...outputParts(question), matrix, matrix, steps]);

  const inputs = decodeInputs(question.loaded.graph, question.inputs, batch);
  const plan = { ...planProducts("evaluate")(question), selection, kinks: kinksOf(question, selection, false) };
  const { outputs, warnings: found } = await carryOut(question, plan, { inputs });
  const warnings = new Warnings();
  for (const warning of found) warnings.add(warning);
  const arrays = Object.values(outputs).map(({ array }) => array);
  if (!arrays.every(allFinite)) warnOfValues(question, selection.of, arrays, warnings, range(batch ?? 1));
  const sampler = samplerOf(derivation, selection, inputs, batch);
  const directions =
    method === "jvp"
      ? seedDirections(givenSeeds(decodeSeeds(list, wrt, batch), wrt.spans), wrt.spans)
      : unitDirections(columns);
  const points = batch ?? 1;
  const bytes = 2 * answerBytes + 16 * points * m * columns + sampler.bytes(least);
  return admitted(engine, bytes, async () => {
    const values = new Float64Array(points * m * columns);
    const errors = new Float64Array(points * m * columns);
    const steps = new Float64Array(points * columns);
    const evaluations = await differences(sampler, { ...request, directions }, budget, (column) => {
      const { point, direction } = column;
      steps[point * columns + direction] = column.step;
      for (let i = 0; i < m; i++) {
        const to = (point * m + i) * columns + direction;
        values[to] = column.values[i]!;
        errors[to] = column.errors[i]!;
      }
    });
    return {
      graph: question.loaded.id,
      outputs,
      ...warningsMember(warnings.list()),
      ...answer(values, errors, steps),
      scheme,
      evaluations,
    };
  });

  function answer(values: Float64Array, errors: Float64Array, steps: Float64Array) {
    if (method === "jvp") {
      const shape = [...(batch === undefined ? [] : [batch]), ...(hasSeedList ? [list.length] : [])];
      const step = new TensorLeaf(ndarray("float64", shape, steps), encoding);
      return { tangents: productsOf(values), errors: productsOf(errors), step };
    }
    const step = blocksOf(steps, { ...form, rows: { names: ["step"], spans: new Spans([[]]) } }).step!;
    if (method === "gradient") {
      const [name] = of.names;
      return { gradient: blocksOf(values, form)[name!]!, errors: blocksOf(errors, form)[name!]!, step };
    }
    if (layout === "blocks") return { jacobian: blocksOf(values, form), errors: blocksOf(errors, form), step };
    return {
      jacobian: wholeOf(values, form),
      errors: wholeOf(errors, form),
      rowRanges: rangesOf(of),
      columnRanges: rangesOf(wrt),
      step,
    };
  }

  function productsOf(data: Float64Array) {
    const blocks = blocksOf(data, form);
    const products = list.map((_, k) => named(of.names, (i) => blocks[of.names[i]!]![k]!));
    return hasSeedList ? products : products[0]!;
  }
}

/** Throws `invalid_params` where seeds are given to a method that takes none, or are missing. */
export function checkSeeds({ method, seeds }: Pick<NumericalParams, "method" | "seeds">): void {
  if (method === "jvp" && seeds === undefined) {
    throw invalidParams({ path: "/seeds", message: "required with method jvp" });
  }
  if (method !== "jvp" && seeds !== undefined) {
    throw invalidParams({ path: "/seeds", message: `method ${method} takes none` });
  }
}

/** Seeds as directions, all inputs moving at once. */
function seedDirections(given: Seeds, spans: Spans): Directions {
  const at = { point: -1, k: -1, v: new Float64Array(spans.total) };
  const seed = (point: number, k: number) => {
    if (at.point === point && at.k === k) return at.v;
    at.v.fill(0);
    spans.sizes.forEach((_, i) => {
      given.write(spans.part(at.v, i), i, point, k);
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
