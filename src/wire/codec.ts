import type { Answer } from "./answer.ts";
import type { Text } from "./text.ts";

/** One way to write values as bytes: bodies are read and answers written in it. */
export interface Codec {
  /** A name by which another thread finds it. */
  readonly name: string;
  /** The content type of answers. */
  readonly contentType: string;
  /** The content type of problem documents. */
  readonly problemType: string;
  /** Whether a body of such a media type, in lower case and without parameters, is read in it. */
  reads(mediaType: string): boolean;
  /** Reads a body. Throws `parse_error`. */
  read(bytes: Uint8Array, limits: ReadLimits): unknown;
  /** Writes an answer; tensors are taken when the text is, unless they are short. */
  write(answer: Answer): Text;
}

/** What a body may be. */
export interface ReadLimits {
  /** How deep values may nest. */
  readonly depth: number;
}
