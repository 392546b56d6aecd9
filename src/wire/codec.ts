import type { Answer } from "./answer.ts";
import type { Text } from "./text.ts";

/** One way to write values as bytes: bodies are read and answers written in it. */
export interface Codec {
  /** A name by which another thread finds it. */
  readonly name: string;
  /** Whether it writes results only, and no envelopes of JSON-RPC. */
  readonly isBare?: boolean;
  /** The content type of answers. */
  readonly contentType: string;
  /** The content type of problem documents. */
  readonly problemType: string;
  /** Whether a body of such a media type, in lower case and without parameters, is read in it. */
  reads(mediaType: string): boolean;
  /** Whether a media type or range of `Accept`, in lower case and without parameters, asks for it. */
  answers(mediaRange: string): boolean;
  /** Reads a body. Throws `parse_error`, and `limit_exceeded` before any memory is taken; not again where it was weighed. */
  read(bytes: Uint8Array, limits: ReadLimits, weighed?: Weight): unknown;
  /** Looks at a body before it is read. Throws what {@link read} would for its size. */
  weigh(bytes: Uint8Array, limits: ReadLimits): Weight;
  /** Writes an answer; tensors are taken when the text is, unless they are short. */
  write(answer: Answer): Text;
}

/** What is known of a body before it is read. */
export interface Weight {
  /** Bytes of memory that reading it takes. */
  readonly memoryBytes: number;
  /** Whether it is a list. */
  readonly isList: boolean;
  /** The largest number called `timeoutMs` in an object so deep, by depth. */
  readonly timeoutsMs: ReadonlyMap<number, number>;
}

/** What a body may be; the keys are the names given in `limit_exceeded`. */
export interface ReadLimits {
  /** How deep values may nest. */
  readonly depth: number;
  /** Arrays and objects. */
  readonly jsonContainers: number;
  /** Members of all objects. */
  readonly jsonMembers: number;
  /** Strings, names of members included. */
  readonly jsonStrings: number;
}
