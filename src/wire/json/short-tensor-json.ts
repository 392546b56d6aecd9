import { bytesOfElements, type DType } from "../../graph/dtype.ts";
import { type NdArray, rowMajorData } from "../../graph/ndarray.ts";
import { encodeTensor, type LeafEncoding } from "./tensor-value.ts";

/** The JSON text of a tensor as an answer holds it, written from its memory; its elements must already have the dtype. */
export function shortTensorJson(array: NdArray, encoding: LeafEncoding): string {
  const { dtype, shape, data, offset } = array;
  if (encoding === "json") {
    return shape.length === 0 ? scalarText(data[offset]!, dtype) : JSON.stringify(encodeTensor(array, encoding));
  }
  if (encoding === "flat") return `${dataHead(array)}${numbersText(array)}}`;
  const text = bytesOfElements(dtype, rowMajorData(array)).toBase64();
  return encoding === "text" ? `"${text}"` : `${base64Head(array)}${text}${base64Tail}`;
}

/** What stands before the base64 of a tensor. */
export function base64Head(array: NdArray): string {
  return `${dataHead(array)}"`;
}

/** What stands after it. */
export const base64Tail = '"}';

/** What stands before the data of a tensor in an array object. */
export function dataHead({ shape, dtype }: NdArray): string {
  return `{"shape":[${shape}],"dtype":"${dtype}","data":`;
}

function scalarText(value: number, dtype: DType): string {
  if (dtype === "bool") return value === 0 ? "false" : "true";
  return value - value === 0 ? String(value) : `"${value}"`;
}

/** The elements as a list of numbers. */
export function numbersText(array: NdArray): string {
  // Measured: of the ways to write many numbers, JSON.stringify of a plain array is the fastest.
  return JSON.stringify((encodeTensor(array, "flat") as { data: unknown }).data);
}
