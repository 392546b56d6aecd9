import { checkAnswer, checkOperations, matrixPart, outputParts } from "../calls/answer-size.ts";
import { carryOut } from "../calls/carry-out.ts";
import { warningsMember } from "../calls/doubt/warnings.ts";
import { headingsOf, rangesOf } from "../calls/headings.ts";
import { decodeInputs } from "../calls/inputs.ts";
import { planProducts } from "../calls/products.ts";
import type { Question } from "../calls/question.ts";
import { select } from "../calls/selection.ts";
import { admitted } from "../engine/runs/admitted.ts";
import { blocksOf } from "./blocks.ts";
import { candidatesOf } from "./candidates.ts";
import { comparisonText, type Judged, judge } from "./comparison.ts";
import { evaluationsOf, unitDirections } from "./differences.ts";
import { modesOf } from "./modes.ts";
import { schemes } from "./steps.ts";

/** One Jacobian by every method, each judged against reverse mode. */
export async function compareMethods(question: Question, render: "text" | undefined) {
  const { derivation, engine, encoding, loaded } = question;
  const selection = select(question);
  const { wrt, of } = headingsOf(question, selection);
  const [n, m] = [wrt.spans.total, of.spans.total];
  const directions = unitDirections(n);
  const form = { rows: of, columns: wrt, points: undefined, encoding };
  const primal = derivation.derive("evaluate", selection).operations;
  const sweeps = (kind: "jvp" | "vjp", seeds: number) =>
    primal + seeds * (derivation.derive(kind, selection).operations - primal);
  const evaluations = schemes.reduce(
    (sum, scheme) => sum + 3 * evaluationsOf({ directions, scheme, hasErrors: false }),
    1,
  );
  const modes = modesOf(question, selection);
  const products = (modes.forward ? sweeps("jvp", n) : 0) + (modes.reverse ? 2 * sweeps("vjp", m) : 0);
  checkOperations(question, products + evaluations * primal);
  const part = matrixPart(of.spans, wrt.spans, "blocks");
  const answerBytes = checkAnswer(question, [...outputParts(question), ...schemes.flatMap(() => [part, part])]);
  const inputs = decodeInputs(loaded.graph, question.inputs, undefined);
  const { outputs } = await carryOut(question, planProducts("evaluate")(question), { inputs });
  // Six methods' values, and the error estimates of one.
  return admitted(engine, answerBytes + 7 * 8 * m * n, async () => {
    const { reference, candidates, warnings } = await candidatesOf(question, selection, modes, inputs);
    const rows = candidates.map((candidate) => judge(candidate, reference.values, n));
    const ranges = { rows: rangesOf(of), columns: rangesOf(wrt) };
    const verdicts = rows.map(({ verdict }) => verdict);
    const worst = (["disagrees", "undecided"] as const).find((verdict) => verdicts.includes(verdict));
    return {
      graph: loaded.id,
      outputs,
      ...warningsMember(warnings),
      verdict: worst ?? ("agrees" as const),
      reference: modes.reverse ? ("reverse" as const) : ("forward" as const),
      rows: rows.map((judged) => told(judged)),
      ...(render === "text" ? { text: comparisonText(rows, reference, ranges) } : {}),
    };

    function told({ candidate, error, verdict, worst }: Judged) {
      const { method, scheme, values, isGiven, evaluations, passes, operations, timeMs } = candidate;
      const all = blocksOf(values, form);
      const jacobian = isGiven
        ? Object.fromEntries(
            ranges.rows.flatMap((row) => {
              const given = ranges.columns.filter(
                (column) => row.size * column.size === 0 || isGiven[row.start * n + column.start],
              );
              const kept = given.map(({ name }) => [name, all[row.name]![name]!] as const);
              return kept.length > 0 ? [[row.name, Object.fromEntries(kept)]] : [];
            }),
          )
        : all;
      return {
        method,
        ...(scheme ? { scheme } : {}),
        jacobian,
        error,
        verdict,
        ...(evaluations === undefined ? {} : { evaluations }),
        ...(passes === undefined ? {} : { passes }),
        operations,
        timeMs: Number(timeMs.toPrecision(3)),
        ...(worst && verdict === "disagrees" ? { worst: toldWorst(worst.row, worst.column, values) } : {}),
      };
    }

    function toldWorst(r: number, c: number, values: Float64Array) {
      const row = ranges.rows.findLast(({ start, size }) => size > 0 && start <= r)!;
      const column = ranges.columns.findLast(({ start, size }) => size > 0 && start <= c)!;
      return {
        of: row.name,
        wrt: column.name,
        row: r - row.start,
        column: c - column.start,
        value: values[r * n + c]!,
        reference: reference.values[r * n + c]!,
      };
    }
  });
}
