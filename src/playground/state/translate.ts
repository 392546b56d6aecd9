import { translateFormula } from "../../syntax/formula/translate.ts";
import type { GraphParam, TensorMap, Wire } from "../api/wire.ts";
import type { InputState, Session, Source } from "./session.ts";
import { shapeOf, tensorOf } from "./tensor.ts";

/** What a source says, as far as it can be read without the service. */
export interface Translation {
  /** As a graph document with its author's names. */
  readonly document: ReadDocument;
  /** The inputs, with shapes where the document declares them. */
  readonly inputs: readonly DeclaredInput[];
}

/** A graph document that was looked at: its lists are lists, and what is in them has names. */
export type ReadDocument = Wire["GraphDocument"] &
  Required<Pick<Wire["GraphDocument"], "inputs" | "nodes" | "outputs">>;

/** An input as a document declares it. */
export interface DeclaredInput {
  readonly name: string;
  readonly shape?: readonly number[];
  readonly dtype?: string;
}

/**
 * Reads a source by the service's own reader of formulas, or as JSON; undefined where it cannot be read, whose reasons are
 * for the service to tell.
 */
export function translate({ form, text, outputs }: Source): Translation | undefined {
  try {
    const read: unknown =
      form === "json"
        ? JSON.parse(text)
        : translateFormula({ expression: text, ...(outputs && { outputs }) }, readerLimits).document;
    const document = lookedAt(read);
    return document && { document, inputs: document.inputs.map(declared) };
  } catch {
    return undefined;
  }
}

function lookedAt(read: unknown): ReadDocument | undefined {
  if (typeof read !== "object" || read === null) return undefined;
  const { inputs = [], nodes = [], outputs = [] } = read as Readonly<Record<string, unknown>>;
  const areNamed = (list: unknown, key: string) =>
    Array.isArray(list) && list.every((item) => typeof item?.[key] === "string");
  if (!areNamed(inputs, "name") || !areNamed(nodes, "id") || !Array.isArray(outputs)) return undefined;
  return { ...read, inputs, nodes, outputs } as ReadDocument;
}

/** Larger formulas are left to the service. */
const readerLimits = { formulaLength: 1_000_000, formulaDepth: 10_000, nodes: 100_000 };

/** The graph to send: a formula declares inputs only where some are not plain scalars. */
export function graphParam({ source, inputs }: Session, translation: Translation | undefined): GraphParam | undefined {
  const { form, text, outputs } = source;
  if (form === "json") {
    try {
      return JSON.parse(text) as GraphParam;
    } catch {
      return undefined;
    }
  }
  const names = translation?.inputs.map(({ name }) => name) ?? Object.keys(inputs);
  const declared = names.map((name) => ({ name, ...typeOf(inputs[name]) }));
  const isPlain = declared.every(({ shape, dtype }) => shape.length === 0 && dtype === undefined);
  return {
    expression: text,
    ...(!isPlain && { inputs: declared as Wire["GraphInput"][] }),
    ...(outputs && { outputs: [...outputs] }),
  };
}

/** The point to send, with what is not set yet made up: 1, of the shape that is declared. */
export function pointOf(session: Session, translation: Translation): TensorMap {
  return Object.fromEntries(
    translation.inputs.map(({ name, shape = [] }) => [name, session.inputs[name]?.value ?? tensorOf(shape, () => 1)]),
  );
}

/** Whether an input is a plain number that a slider can move. */
export function isNumber(state: InputState | undefined): boolean {
  return state === undefined || typeof state.value === "number";
}

function typeOf(state: InputState | undefined) {
  const dtype = state?.dtype;
  return { shape: state ? shapeOf(state.value) : [], ...(dtype !== undefined && { dtype }) };
}

function declared({ name, shape, dtype }: Wire["GraphInput"]): DeclaredInput {
  return { name, ...(shape && { shape }), ...(dtype !== undefined && { dtype }) };
}
