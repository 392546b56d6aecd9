import { curl } from "./curl.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { javascript } from "./javascript.ts";
import type { Json } from "./json.ts";
import { python } from "./python.ts";

/** A call as it is written for a machine. */
export interface SnippetCall {
  /** Where the service is, without a slash at the end. */
  readonly origin: string;
  readonly method: string;
  readonly body: Readonly<Record<string, Json>>;
  /** The member of the answer that is wanted. */
  readonly member: string;
}

/** The languages that calls are written in, and how. */
export const languages: readonly { readonly name: string; readonly write: (call: SnippetCall) => string }[] = [
  { name: "curl", write: curl },
  { name: "Python", write: python },
  { name: "JavaScript", write: javascript },
  { name: "Go", write: go },
  { name: "Java", write: java },
];
