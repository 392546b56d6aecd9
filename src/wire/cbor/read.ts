import { decode, type TagDecodeControl, Token, Tokenizer, Type } from "cborg";
import { NumberText } from "../answer.ts";
import type { ReadLimits, Weight } from "../codec.ts";
import { cborFault, weighCbor } from "./structure.ts";
import { isTypedArrayTag, typedArray } from "./typed-arrays.ts";

/**
 * Reads the bytes of a body as the value that the same in JSON would be, but for its typed arrays, which stay such. Throws
 * `parse_error` for what is not CBOR or has a key twice, and what {@link weighCbor} throws.
 */
export function parseCbor(bytes: Uint8Array, limits: ReadLimits, weighed?: Weight): unknown {
  if (!weighed) weighCbor(bytes, limits);
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const options = { tags, rejectDuplicateMapKeys: true, coerceUndefinedToNull: true, ...accepted };
  const tokenizer = new Tokens(plain, options);
  try {
    return decode(plain, { ...options, tokenizer });
  } catch (error) {
    throw cborFault(tokenizer.pos(), String((error as Error).message).replace(/^CBOR decode error:? /, ""));
  }
}

const accepted = { allowIndefinite: true, allowUndefined: true, allowBigInt: true, strict: false };

/** Tokens, of which numbers that JSON has not are what stands for them there; long integers called `id` keep their digits. */
class Tokens extends Tokenizer {
  private isId = false;

  override next(): Token {
    const token = super.next();
    const { type, value } = token;
    const { isId } = this;
    this.isId = value === "id";
    if (typeof value === "bigint") return new Token(type, isId ? new NumberText(String(value)) : Number(value));
    const isOdd = typeof value === "number" && !Number.isFinite(value) && type === Type.float;
    return isOdd ? new Token(Type.string, String(value)) : token;
  }
}

const tags = Object.fromEntries(
  Array.from({ length: 24 }, (_, i) => 64 + i)
    .filter(isTypedArrayTag)
    .map((tag) => [tag, (control: TagDecodeControl) => elements(tag, control)]),
);

function elements(tag: number, control: TagDecodeControl): unknown {
  const array = typedArray(tag, control() as Uint8Array);
  if (!array) throw new Error("the bytes of a typed array are no whole elements");
  return array;
}
