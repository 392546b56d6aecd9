import { carryOut } from "../calls/carry-out.ts";
import type { Warning } from "../calls/doubt/warnings.ts";
import { planJacobian } from "../calls/matrices.ts";
import type { JacobianMode, Question } from "../calls/question.ts";
import { rowMajorData } from "../graph/ndarray.ts";
import type { DecodedTensor } from "../syntax/tensor.ts";
import { TensorLeaf } from "../wire/answer.ts";

/** What the method `jacobian` answers, which studies hold others against. */
export interface Exact {
  /** Row by row. */
  readonly values: Float64Array;
  /** All that a caller should know of it, kinks included. */
  readonly warnings: readonly Warning[];
}

/** The Jacobian of a question at one point as the method of that name gives it, in one mode. */
export async function exactJacobian(
  question: Question,
  inputs: readonly DecodedTensor[],
  mode: JacobianMode,
): Promise<Exact> {
  const asked: Question = { ...question, mode, layout: "matrix", format: "dense", verify: false, diagnose: true };
  // Whoever asks has admitted the matrix, and answers it or not.
  const { derivative, warnings } = await carryOut(asked, { ...planJacobian(asked), parts: [] }, { inputs });
  if (!(derivative instanceof TensorLeaf)) throw new Error("a matrix is one tensor");
  return { values: Float64Array.from(rowMajorData(derivative.array)), warnings };
}
