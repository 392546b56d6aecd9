import type { Context } from "../../calls/context.ts";
import { ask } from "../../calls/question.ts";
import { quote, ServiceError } from "../../errors.ts";
import { type DType, isFloat } from "../../graph/dtype.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Shape } from "../../graph/shape.ts";
import type { Call } from "../../rpc/method.ts";
import type { Asked } from "../internal.ts";
import { checkMembers, type Declared, described, isObject, type Members, readArray } from "./arrays.ts";
import type { Placed } from "./broadcast.ts";
import { Faults, oneFault, type Place } from "./faults.ts";

/** An input or output of a graph. */
export interface Port extends Declared {
  readonly name: string;
}

/** A graph as a Tesseract. */
export interface Served {
  readonly name: string;
  readonly graph: Graph;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** What a derivative is asked for by, and the member that holds its seed. */
export interface DerivativeMembers {
  readonly wrt: string;
  readonly of: string;
  readonly seed?: { readonly member: string; readonly side: "wrt" | "of" };
}

/** A request that was read; its seeds are empty where it takes none. */
export interface DerivativeRequest {
  readonly inputs: readonly Placed[];
  readonly wrt: readonly Port[];
  readonly of: readonly Port[];
  readonly seeds: readonly (Placed & { readonly name: string })[];
}

/** The graph that the path names. Throws `graph_not_found`. */
export function servedGraph({ name = "" }: Asked, context: Context, call: Call): Served {
  const { graph } = ask(context, call, { graph: name }).loaded;
  return {
    name,
    graph,
    inputs: graph.inputs,
    outputs: graph.outputs.map(({ name, dtype, node }) => ({ name, dtype, shape: node.shape })),
  };
}

/** Whether a graph has derivatives. */
export function hasDerivatives({ inputs, outputs }: Pick<Served, "inputs" | "outputs">): boolean {
  return [inputs, outputs].every((side) => side.some(({ dtype }) => isFloat(dtype)));
}

/** Throws `method_not_found` where there are no derivatives. */
export function checkDerivatives(served: Served): void {
  if (hasDerivatives(served)) return;
  const what = `${quote(served.name)} has no derivatives: that needs a float input and a float output`;
  throw new ServiceError("method_not_found", what);
}

/** The members of a body, which has to be an object. */
export function membersOf(body: unknown, names: readonly string[], faults: Faults): Members {
  if (!isObject(body)) {
    throw oneFault("model_attributes_type", ["body"], `expected an object, received ${described(body)}`);
  }
  checkMembers(body, names, names, ["body"], faults);
  return body;
}

/** Reads one value for each input by `read`; what is missing or too much is noted. */
export function readInputs<T>(
  sent: unknown,
  inputs: readonly Port[],
  faults: Faults,
  read: (value: unknown, port: Port, place: Place) => T | undefined,
): T[] {
  const place = ["body", "inputs"];
  // That it is missing has been noted.
  if (sent === undefined) return [];
  if (!isObject(sent)) {
    faults.add("model_attributes_type", place, `expected an object of arrays by name, received ${described(sent)}`);
    return [];
  }
  const names = inputs.map(({ name }) => name);
  checkMembers(sent, names, names, place, faults);
  return inputs.flatMap((port) => {
    if (!Object.hasOwn(sent, port.name)) return [];
    const value = read(sent[port.name], port, [...place, port.name]);
    return value === undefined ? [] : [value];
  });
}

/** Reads arrays for all inputs. */
export function readArrays(sent: unknown, inputs: readonly Port[], faults: Faults): Placed[] {
  return readInputs(sent, inputs, faults, (value, declared, place) => {
    const array = readArray(value, declared, place, faults);
    return array && { array, declared, place };
  });
}

/** Reads the request of a derivative; all that is wrong with it is told at once. */
export function readDerivative(body: unknown, served: Served, members: DerivativeMembers): DerivativeRequest {
  const faults = new Faults();
  const { seed } = members;
  const names = ["inputs", members.wrt, members.of, ...(seed ? [seed.member] : [])];
  const sent = membersOf(body, names, faults);
  const inputs = readArrays(sent.inputs, served.inputs, faults);
  const wrt = readPaths(sent[members.wrt], served.inputs, "input", ["body", members.wrt], faults);
  const of = readPaths(sent[members.of], served.outputs, "output", ["body", members.of], faults);
  const seeds = seed ? readSeeds(sent[seed.member], seed.side === "wrt" ? wrt : of, ["body", seed.member], faults) : [];
  faults.check();
  return { inputs, wrt: wrt!, of: of!, seeds };
}

/** The float inputs or outputs of a list of names, each once; undefined where it is none. */
function readPaths(
  sent: unknown,
  ports: readonly Port[],
  what: string,
  place: Place,
  faults: Faults,
): readonly Port[] | undefined {
  if (sent === undefined) return undefined;
  if (!Array.isArray(sent)) {
    faults.add("list_type", place, `expected a list of names of ${what}s, received ${described(sent)}`);
    return undefined;
  }
  if (sent.length === 0) {
    faults.add("too_short", place, `names at least one ${what}`);
    return undefined;
  }
  const floats = new Map(ports.filter(({ dtype }) => isFloat(dtype)).map((port) => [port.name, port]));
  const odd = sent.find((name) => typeof name !== "string" || !floats.has(name));
  if (odd !== undefined) {
    const known = [...floats.keys()].slice(0, namesShown).map((name) => quote(name));
    faults.add("literal_error", place, `expected names of float ${what}s (${known}), received ${described(odd)}`);
    return undefined;
  }
  return [...new Set(sent as string[])].map((name) => floats.get(name)!);
}

const namesShown = 10;

function readSeeds(
  sent: unknown,
  ports: readonly Port[] | undefined,
  place: Place,
  faults: Faults,
): (Placed & { readonly name: string })[] {
  if (sent === undefined) return [];
  if (!isObject(sent)) {
    faults.add("model_attributes_type", place, `expected an object of arrays by name, received ${described(sent)}`);
    return [];
  }
  if (!ports) return [];
  const names = new Set(ports.map(({ name }) => name));
  const keys = Object.keys(sent);
  if (keys.length !== names.size || keys.some((key) => !names.has(key))) {
    const expected = [...names].slice(0, namesShown).map((name) => quote(name));
    faults.add("value_error", place, `its names have to be those asked for, ${expected}`);
    return [];
  }
  return ports.flatMap((port) => {
    const at = [...place, port.name];
    const declared = { shape: port.shape, dtype: "float64" } as const satisfies { shape: Shape; dtype: DType };
    const array = readArray(sent[port.name], declared, at, faults);
    return array ? [{ name: port.name, array, declared, place: at }] : [];
  });
}
