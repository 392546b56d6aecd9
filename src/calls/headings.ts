import type { DerivativeKind } from "../engine/derived.ts";
import type { Grid } from "../engine/runs/collect.ts";
import { Spans } from "../engine/runs/spans.ts";
import type { Shape } from "../graph/shape.ts";
import type { Selection } from "../transforms/derive.ts";
import type { Question } from "./question.ts";

/** Named tensors of one side of a derivative. */
export interface Side {
  readonly names: readonly string[];
  readonly spans: Spans;
}

/** What calls that differentiate the same have in common, whatever their numbers. */
export interface Headings {
  readonly outputs: Side;
  readonly wrt: Side;
  readonly of: Side;
  readonly bytes: number;
}

/** The headings of a selection, kept with the graph. */
export function headingsOf(
  { derivation, loaded }: Pick<Question, "derivation" | "loaded">,
  selection: Selection,
): Headings {
  return derivation.noted("headings", selection, () => {
    const { inputs, outputs } = loaded.graph;
    const declared = outputs.map(({ name, node }) => ({ name, shape: node.shape }));
    const wrt = sideOf(selection.wrt.map((i) => inputs[i]!));
    const of = sideOf(selection.of.map((i) => declared[i]!));
    const names = outputs.length + wrt.names.length + of.names.length;
    const bytes = bytesPerName * names + bytesPerScalar * (wrt.spans.total + of.spans.total);
    return { outputs: sideOf(declared), wrt, of, bytes };
  });
}

/** The matrix that a kind of derivative gives column by column: of `jvp` the Jacobian, of `hvp` the Hessian. */
export function matrixSides(
  { gives, seeded }: DerivativeKind,
  headings: Headings,
): { rows: Side; columns: Side; grid: Grid } {
  if (!gives || !seeded) throw new Error("only products with seeds make a matrix");
  const [rows, columns] = [headings[gives], headings[seeded]];
  return { rows, columns, grid: { rows: rows.spans, columns: columns.spans } };
}

/** Where each tensor is when all are flattened and laid end to end, by name. */
export function rangesOf({ names, spans }: Side): { name: string; start: number; size: number }[] {
  return names.map((name, i) => ({ name, start: spans.starts[i]!, size: spans.sizes[i]! }));
}

const bytesPerName = 500;
// Of the owners of rows and columns.
const bytesPerScalar = 8;

function sideOf(list: readonly { readonly name: string; readonly shape: Shape }[]): Side {
  return { names: list.map(({ name }) => name), spans: new Spans(list.map(({ shape }) => shape)) };
}
