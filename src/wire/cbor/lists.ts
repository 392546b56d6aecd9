import { ServiceError } from "../../errors.ts";
import { isSentElements, type SentElements } from "./typed-arrays.ts";

/** Bytes of memory that an element of a list takes at most: where one is no number, each of the others is an object. */
export const listedElementBytes = 24;

/** How many elements there are in all typed arrays of a body. */
export function typedElements(value: unknown): number {
  if (!isHolder(value)) return 0;
  if (isSentElements(value)) return value.length;
  let count = 0;
  for (const member of membersOf(value)) if (typeof member === "object") count += typedElements(member);
  return count;
}

/** A body as the same in JSON would be: its typed arrays as lists of numbers. Throws `parse_error` for integers that no number is. */
export function withLists(value: unknown): unknown {
  if (!isHolder(value)) return value;
  if (isSentElements(value)) return listOf(value);
  if (Array.isArray(value)) return value.map(withLists);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withLists(member)]));
}

/** Whether a value is a list, an object or elements: bytes are left as they are. */
function isHolder(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}

function membersOf(value: object): readonly unknown[] {
  return Array.isArray(value) ? value : Object.values(value);
}

function listOf(elements: SentElements): unknown[] {
  return Array.from<number | bigint, unknown>(elements, (element) => {
    const x = Number(element);
    if (typeof element === "bigint" && !Number.isSafeInteger(x)) {
      throw new ServiceError(
        "parse_error",
        `the integer ${element} in a typed array is beyond 2^53, where doubles have gaps`,
      );
    }
    // As JSON has them, which has no numbers for these.
    return Number.isFinite(x) ? x : String(x);
  });
}
