import type { LoadedGraph } from "../engine/engine.ts";
import { invalidParams, quote } from "../errors.ts";
import { type DType, isFloat } from "../graph/dtype.ts";
import type { Selection } from "../transforms/derive.ts";

/** The part of a call's parameters that says what to differentiate. */
export interface SelectionParams {
  readonly wrt?: readonly string[] | undefined;
  readonly of?: readonly string[] | undefined;
}

/** The positions of the inputs and outputs that a call names, or of all float ones. Throws `invalid_params`. */
export function namedSelection(loaded: LoadedGraph, { wrt, of }: SelectionParams): Selection {
  if (!wrt && !of) return defaultSelection(loaded);
  const { inputs, outputs } = loaded.graph;
  return { wrt: positions(inputs, wrt, "wrt", "input"), of: positions(outputs, of, "of", "output") };
}

/** All float inputs and outputs of a graph, found once. */
function defaultSelection(loaded: LoadedGraph): Selection {
  let selection = defaults.get(loaded);
  if (!selection) {
    const { inputs, outputs } = loaded.graph;
    selection = {
      wrt: positions(inputs, undefined, "wrt", "input"),
      of: positions(outputs, undefined, "of", "output"),
    };
    defaults.set(loaded, selection);
  }
  return selection;
}

const defaults = new WeakMap<LoadedGraph, Selection>();

function positions(
  all: readonly { readonly name: string; readonly dtype: DType }[],
  names: readonly string[] | undefined,
  parameter: string,
  what: string,
): number[] {
  if (!names || names.length === 0) return all.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
  const known = new Map(all.map(({ name }, i) => [name, i]));
  return names.map((name, k) => {
    const i = known.get(name);
    if (i === undefined) {
      throw invalidParams({ path: `/${parameter}/${k}`, message: `the graph has no ${what} ${quote(name)}` });
    }
    return i;
  });
}
