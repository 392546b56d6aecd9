import type { Json } from "./json.ts";

/** A call as it is written for a machine. */
export interface SnippetCall {
  /** Where the service is, without a slash at the end. */
  readonly origin: string;
  readonly method: string;
  readonly body: Readonly<Record<string, Json>>;
  /** The member of the answer that is wanted. */
  readonly member: string;
}
