import type { Limits } from "../config.ts";
import type { Budget } from "../graph/budget.ts";
import type { TensorType } from "../graph/operator.ts";
import type { Place } from "../text/place.ts";

/** A JSON Schema, 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** An object of a document, its members not yet checked. */
export type Members = Readonly<Record<string, unknown>>;

/** A language that documents are written in: a file of its own, and a line in the table of `sources.ts`. */
export interface Source {
  /** The member by which its documents are recognised. */
  readonly key: string;
  /** What the OpenAPI document calls its documents. */
  readonly component: string;
  /** The JSON Schemas of its documents and of what they are made of, by component; `ref` refers to one by its name. */
  schemas(ref: (component: string) => JsonSchema): Readonly<Record<string, JsonSchema>>;
  /**
   * The inputs that a document declares, where it may have others as well, which are what is sent for them; absent where all
   * are declared.
   */
  declared?(document: Members): ReadonlySet<unknown>;
  /** How large a document is at a glance; what is wrong in it is not looked for. */
  size(document: Members): DocumentSize;
  /**
   * Checks a document and says the same in the graph form; `sent` has the types of inputs that it does not declare. Throws
   * `invalid_graph`, `limit_exceeded`.
   */
  translate(document: Members, limits: Limits, budget: Budget, sent: SentTypes): Translation;
}

/** The types of tensors that come with a document, by the names of the inputs that they are for. */
export type SentTypes = ReadonlyMap<string, TensorType>;

/** What tells how long reading a document takes. */
export interface DocumentSize {
  readonly nodes: number;
  readonly characters: number;
}

/** A document in the graph form. */
export interface Translation {
  readonly document: Members;
  /** Whether a node got its name from the translation, not from the document. */
  isMadeUp(name: string): boolean;
  /** What the document names and nothing uses. */
  readonly unused: readonly string[];
  /** The inputs that are taken for scalars, as neither the document nor a tensor tells their shape. */
  readonly assumed?: ReadonlySet<string>;
  /** What the document calls results of nodes that have several, by the references to them. */
  readonly resultNames?: ReadonlyMap<string, string>;
  /** Where a node stands in the document's text, where that has one; without a node, a function. */
  placeOf?(node: string | undefined, of: string | undefined): Place | undefined;
}

/** What documents of every source may have besides their own members. */
export const sharedKeys = ["derivatives", "version", "name", "description"] as const;

/** The schema of what documents of every source may have. */
export function sharedProperties(ref: (component: string) => JsonSchema): Readonly<Record<string, JsonSchema>> {
  return {
    derivatives: { type: "array", items: ref("Derivative") },
    version: { const: 1 },
    name: { type: "string" },
    description: { type: "string" },
  };
}

/** The pattern of names in graphs. */
export const namePattern = "^[A-Za-z_][A-Za-z0-9_.-]{0,127}$";

/** The schema of a name. */
export const nameSchema: JsonSchema = { type: "string", pattern: namePattern };
