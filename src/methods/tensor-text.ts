import { bytesPerElement } from "../graph/dtype.ts";
import { type NdArray, rowMajorData } from "../graph/ndarray.ts";
import { elementCount } from "../graph/shape.ts";
import { base64Source } from "../rpc/base64-source.ts";
import type { Text } from "../rpc/text.ts";
import type { Encoding } from "../syntax/tensor.ts";
import { base64Head, base64Tail, tensorText as wholeText } from "../syntax/tensor-text.ts";

/** The JSON text of a tensor as an answer holds it, a long one in base64 encoded only when it is taken. */
export function tensorText(array: NdArray, encoding: Encoding): Text {
  const bytes = elementCount(array.shape) * bytesPerElement[array.dtype];
  if (encoding !== "base64" || bytes < sourceBytesMin) return wholeText(array, encoding);
  const { buffer, byteOffset, byteLength } = rowMajorData(array);
  return [base64Head(array), base64Source(new Uint8Array(buffer, byteOffset, byteLength)), base64Tail];
}

const sourceBytesMin = 192 * 1024;
