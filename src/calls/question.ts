import type { Limits } from "../config.ts";
import type { Derivation } from "../engine/derivation.ts";
import type { Engine, LoadedGraph } from "../engine/engine.ts";
import type { Loading } from "../engine/graphs.ts";
import type { Layout } from "../engine/strip.ts";
import { invalidParams, limitExceeded } from "../errors.ts";
import type { Budget } from "../graph/budget.ts";
import type { Account, Call } from "../rpc/method.ts";
import type { Phases } from "../rpc/phases.ts";
import type { Selection } from "../transforms/derive.ts";
import type { Encoding } from "../wire/json/tensor-value.ts";
import type { Context } from "./context.ts";
import { namedSelection, type SelectionParams } from "./named-selection.ts";

/** Tensors by name, as they were sent. */
export type Given = Readonly<Record<string, unknown>>;

/** How a matrix is stored in an answer. */
export type Format = "dense" | "coo" | "csr";

/** Which mode of a Jacobian a caller asks for. */
export type JacobianMode = "auto" | "forward" | "reverse" | "bidirectional";

/** What the product of a zero and an infinity or a NaN is in a derivative: 0, or NaN as IEEE 754 has it. */
export type Zeros = "absorb" | "ieee";

/** What a question is read from: the parameters of a method, as its schema has let them pass. */
export interface QuestionParams extends SelectionParams {
  readonly graph: unknown;
  readonly timeoutMs?: number | undefined;
  readonly inputs?: Given | undefined;
  readonly batch?: number | undefined;
  readonly encoding?: Encoding | undefined;
  readonly seeds?: Given | readonly Given[] | undefined;
  readonly mode?: JacobianMode | undefined;
  readonly layout?: Layout | undefined;
  readonly format?: Format | undefined;
  readonly verify?: boolean | undefined;
  readonly zeros?: Zeros | undefined;
  readonly diagnose?: boolean | undefined;
  readonly weights?: Given | undefined;
}

/** A checked call: what it asks for, and what it has to answer with. Its tensors are as they were sent. */
export interface Question {
  readonly engine: Engine;
  readonly limits: Limits;
  readonly budget: Budget;
  /** What it is paid from. */
  readonly account: Account | undefined;
  /** Hears when it is run. */
  readonly phases: Phases | undefined;
  readonly loaded: LoadedGraph;
  /** How the graph was had: whether it was kept already, and what its document says beside it. */
  readonly loading: Loading;
  readonly derivation: Derivation;
  /** The positions of the inputs and outputs that the call names, or of all float ones. */
  readonly named: Selection;
  readonly points: number | undefined;
  readonly inputs: Given;
  readonly seeds: readonly Given[];
  /** Whether seeds were sent as a list, and products are answered as one. */
  readonly hasSeedList: boolean;
  readonly encoding: Encoding;
  readonly mode: JacobianMode;
  readonly layout: Layout;
  readonly format: Format;
  readonly verify: boolean;
  readonly zeros: Zeros;
  /** Whether kinks are looked for. */
  readonly diagnose: boolean;
}

/**
 * Starts the clock, loads the graph, finds the names in it and checks what was counted, in this order. `isSteady`: each
 * point is to give the same bits whatever points it is run with.
 */
export function ask({ config, engine }: Context, call: Call, params: QuestionParams, isSteady = false): Question {
  const { limits, timeoutDefaultMs } = config;
  const { timeoutMs = Math.min(timeoutDefaultMs, limits.timeoutMs), batch: points, seeds } = params;
  if (timeoutMs > limits.timeoutMs) {
    throw invalidParams({ path: "/timeoutMs", message: `must be at most ${limits.timeoutMs}` });
  }
  const budget = engine.budget(call.receivedAtMs + timeoutMs, timeoutMs, call.stop);
  const loading = engine.load(params.graph, budget, call.tenant, { inputs: params.inputs ?? {}, points });
  const { loaded, cached } = loading;
  call.note({ graph: loaded.id, cached });
  const named = namedSelection(loaded, params);
  const hasSeedList = seeds !== undefined && isList(seeds);
  const list = hasSeedList ? seeds : seeds ? [seeds] : [];
  if (points !== undefined && points > limits.points) throw limitExceeded("points", limits.points, points);
  if (list.length > limits.seeds) throw limitExceeded("seeds", limits.seeds, list.length);
  return Object.freeze({
    engine,
    limits,
    budget,
    account: call.account,
    phases: call.phases,
    loaded,
    loading,
    derivation: engine.open(loaded, budget, isSteady),
    named,
    points,
    inputs: params.inputs ?? {},
    seeds: list,
    hasSeedList,
    encoding: params.encoding ?? "json",
    mode: params.mode ?? "auto",
    layout: params.layout ?? "blocks",
    format: params.format ?? "dense",
    verify: params.verify ?? false,
    zeros: params.zeros ?? "absorb",
    diagnose: params.diagnose ?? false,
  });
}

function isList(seeds: Given | readonly Given[]): seeds is readonly Given[] {
  return Array.isArray(seeds);
}
