import { type NdArray, ndarray, rowMajorData, sliceView } from "../../graph/ndarray.ts";
import { elementCount } from "../../graph/shape.ts";
import { dataHead, numbersText, shortTensorJson } from "./short-tensor-json.ts";
import type { Encoding } from "./tensor-value.ts";

/** The JSON text of a tensor in parts of some thousand numbers each. */
export function* longTensorJson(array: NdArray, encoding: Exclude<Encoding, "base64">): Generator<string> {
  if (encoding === "json") {
    yield* nestedTexts(array, (part) => shortTensorJson(part, "json"));
    return;
  }
  const data = rowMajorData(array);
  yield dataHead(array);
  yield* nestedTexts(ndarray(array.dtype, [data.length], data), numbersText);
  yield "}";
}

const elementsPerText = 4096;

/** As nested arrays; `textOf` writes a small part of them. */
function* nestedTexts(array: NdArray, textOf: (part: NdArray) => string): Generator<string> {
  const { shape } = array;
  const size = elementCount(shape);
  if (size <= elementsPerText) {
    yield textOf(array);
    return;
  }
  yield "[";
  const rowSize = size / shape[0]!;
  const rowsAtOnce = Math.max(1, Math.floor(elementsPerText / rowSize));
  for (let row = 0; row < shape[0]!; row += rowsAtOnce) {
    if (row > 0) yield ",";
    const rows = rowsOf(array, row, Math.min(rowsAtOnce, shape[0]! - row));
    if (rowSize <= elementsPerText) yield textOf(rows).slice(1, -1);
    else yield* nestedTexts({ ...rows, shape: shape.slice(1), strides: rows.strides.slice(1) }, textOf);
  }
  yield "]";
}

function rowsOf(array: NdArray, first: number, count: number): NdArray {
  const others = array.shape.slice(1);
  return sliceView(array, [first, ...others.map(() => 0)], [count, ...others], [1, ...others.map(() => 1)]);
}
