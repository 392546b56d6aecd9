import type { Attrs } from "./attribute.ts";
import { type DType, isInteger } from "./dtype.ts";
import { constantValue, type Node, type Operator } from "./operator.ts";

/**
 * The dtype of what a document's operator makes of integers only: the wider of theirs, a number that is whole counting as
 * one of the others'; undefined where the operator knows no integers, or some operand is none.
 */
export function integerDType({ integers }: Operator, args: readonly Node[], attrs: Attrs): DType | undefined {
  if (!integers || integers.accepts?.(attrs) === false) return undefined;
  let found: DType | undefined;
  for (let i = integers.from ?? 0; i < args.length; i++) {
    const { dtype } = args[i]!;
    if (isInteger(dtype)) found = found === "int64" ? found : dtype;
    else if (!isWholeNumber(args[i]!)) return undefined;
  }
  return found;
}

function isWholeNumber(node: Node): boolean {
  const value = constantValue(node);
  return value?.shape.length === 0 && value.dtype !== "bool" && Number.isSafeInteger(value.data[0]);
}
