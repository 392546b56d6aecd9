import type { Spans } from "../engine/runs/spans.ts";
import type { Layout } from "../engine/strip.ts";
import { limitExceeded, ServiceError } from "../errors.ts";
import { bytesPerElement, type DType } from "../graph/dtype.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import type { Encoding } from "../wire/json/tensor-value.ts";
import type { Question } from "./question.ts";

/** Tensors of an answer, none of them made: one of shape row ++ column for each pair, all of it `copies` times. */
export interface Part {
  readonly rows: readonly Shape[];
  readonly columns?: readonly Shape[];
  readonly copies?: number;
  readonly dtype?: DType;
  /** Whether all points share it. */
  readonly isShared?: boolean;
  /** Whether it is held while the answer is made, and not written. */
  readonly isScratch?: boolean;
}

/** The outputs of a graph as parts of an answer. */
export function outputParts({ loaded }: Pick<Question, "loaded">): Part[] {
  return loaded.graph.outputs.map(({ node, dtype }) => ({ rows: [node.shape], dtype }));
}

/** A Jacobian or Hessian as a part of an answer. */
export function matrixPart(rows: Spans, columns: Spans, layout: Layout): Part {
  if (layout === "blocks") return { rows: rows.shapes, columns: columns.shapes };
  return { rows: [[rows.total]], columns: [[columns.total]] };
}

/** Checks the counted operations of a whole call against their limit, and pays for them. Throws `limit_exceeded`, `quota_exceeded`. */
export function checkOperations({ limits, engine, points, account }: Question, perPoint: number): void {
  const received = perPoint * (points ?? 1);
  if (received > limits.operations) throw limitExceeded("operations", limits.operations, received);
  engine.checkInline({ operations: received });
  account?.charge(received);
}

/** Sizes an answer before anything is computed; gives its bytes. Throws `limit_exceeded`, `response_too_large`. */
export function checkAnswer({ limits, engine, points, encoding }: Question, parts: readonly Part[]): number {
  const { elements, responseBytes } = limits;
  const { elementsMax, bytes, encodedBytesMin } = sizeOf(parts, points, encoding);
  if (elementsMax > elements) throw limitExceeded("elements", elements, elementsMax);
  if (encodedBytesMin > responseBytes) {
    throw new ServiceError("response_too_large", `the answer takes at least ${encodedBytesMin} bytes`, {
      limit: "responseBytes",
      allowed: responseBytes,
      received: encodedBytesMin,
    });
  }
  engine.checkInline({ bytes });
  return bytes;
}

/** What an answer takes. */
export interface AnswerSize {
  /** Elements of the largest tensor. */
  readonly elementsMax: number;
  /** Bytes of all tensors in memory. */
  readonly bytes: number;
  /** The fewest bytes of JSON that they are written in. */
  readonly encodedBytesMin: number;
}

// What a tensor takes beside its elements, measured on Jacobians of scalar blocks.
const bytesPerTensor = 500;
const bytesPerEmptyRow = 16;
// `"a":` and, beside JSON, `{"shape":[],"dtype":"bool","data":[]}`.
const encodedBytesPerName = 4;
const encodedBytesPerObject = 37;

/** Sizes an answer by counting, in time linear in rows and columns: there may be far more pairs than memory. */
export function sizeOf(parts: readonly Part[], points: number | undefined, encoding: Encoding): AnswerSize {
  let elementsMax = 0;
  let bytes = 0;
  let encodedBytesMin = 0;
  for (const { rows, columns = scalar, copies = 1, dtype = "float64", isShared, isScratch } of parts) {
    const count = isShared ? 1 : (points ?? 1);
    const row = countsOf(rows);
    const column = countsOf(columns);
    const times = copies * count;
    const tensors = rows.length * columns.length * copies;
    const elements = row.elements * column.elements * times;
    const emptyRows = encoding === "json" ? row.emptyRows * columns.length + row.elements * column.emptyRows : 0;
    elementsMax = Math.max(elementsMax, row.elementsMax * column.elementsMax * count);
    bytes += elements * bytesPerElement[dtype] + emptyRows * times * bytesPerEmptyRow + tensors * bytesPerTensor;
    if (isScratch) continue;
    encodedBytesMin += tensors * encodedBytesPerName;
    if (encoding === "json") encodedBytesMin += 2 * (elements + emptyRows * times);
    else if (encoding === "flat") encodedBytesMin += tensors * encodedBytesPerObject + 2 * elements - tensors;
    else encodedBytesMin += tensors * encodedBytesPerObject + (elements * bytesPerElement[dtype] * 4) / 3;
  }
  return { elementsMax, bytes, encodedBytesMin: Math.ceil(encodedBytesMin) };
}

const scalar: readonly Shape[] = [[]];

/** Elements of all shapes and of the largest, and the `[]` that nested arrays have for those without elements. */
function countsOf(shapes: readonly Shape[]) {
  let elements = 0;
  let elementsMax = 0;
  let emptyRows = 0;
  for (const shape of shapes) {
    const count = elementCount(shape);
    elements += count;
    elementsMax = Math.max(elementsMax, count);
    if (count === 0) emptyRows += elementCount(shape.slice(0, shape.indexOf(0)));
  }
  return { elements, elementsMax, emptyRows };
}
