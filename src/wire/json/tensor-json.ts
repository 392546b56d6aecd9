import { bytesOfElements, bytesPerElement } from "../../graph/dtype.ts";
import { type NdArray, rowMajorData } from "../../graph/ndarray.ts";
import { elementCount } from "../../graph/shape.ts";
import { Base64 } from "../base64.ts";
import { Chunks } from "../chunks.ts";
import type { Text } from "../text.ts";
import { longTensorJson } from "./long-tensor-json.ts";
import { base64Head, base64Tail, shortTensorJson } from "./short-tensor-json.ts";
import type { LeafEncoding } from "./tensor-value.ts";

/**
 * The JSON text of a tensor as an answer holds it: a long one as bytes, in base64 encoded only when it is taken. `isOwn`
 * says that its memory is the answer's from now on.
 */
export function tensorJson(array: NdArray, encoding: LeafEncoding, isOwn = true): Text {
  const bytes = elementCount(array.shape) * bytesPerElement[array.dtype];
  if (bytes < longBytesMin) return shortTensorJson(array, encoding);
  if (encoding === "json" || encoding === "flat") return [new Chunks(longTensorJson(array, encoding))];
  const held = bytesOfElements(array.dtype, rowMajorData(array));
  const base64 = new Base64(held, isOwn || array.dtype === "int64");
  return encoding === "text" ? ['"', base64, '"'] : [base64Head(array), base64, base64Tail];
}

const longBytesMin = 192 * 1024;
