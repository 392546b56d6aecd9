import { curl } from "./curl.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { javascript } from "./javascript.ts";
import { python } from "./python.ts";
import type { SnippetCall } from "./snippet-call.ts";

/** The languages that calls are written in, and how. */
export const languages: readonly { readonly name: string; readonly write: (call: SnippetCall) => string }[] = [
  { name: "curl", write: curl },
  { name: "Python", write: python },
  { name: "JavaScript", write: javascript },
  { name: "Go", write: go },
  { name: "Java", write: java },
];
