import type { Engine, LoadedGraph } from "../engine/engine.ts";
import { onlySeeds, type Prepared, type Sink } from "../engine/runs/execute.ts";
import type { Graph } from "../graph/graph.ts";
import { type NdArray, rowMajorData, zeros } from "../graph/ndarray.ts";
import type { Call } from "../rpc/method.ts";
import { settingsOf } from "../rpc/params.ts";
import { type Answer, KeptAnswer, type TensorLeaf } from "../wire/answer.ts";
import { type Made, madeOf, type Ready, resultsOf } from "./carry-out.ts";
import type { Context } from "./context.ts";
import { showsSingular } from "./doubt/settle.ts";
import type { Side } from "./headings.ts";
import { decodeInputs, decodeSeeds } from "./inputs.ts";
import { stored } from "./leaves.ts";
import type { CallerSeeds, Plan, Results } from "./plan.ts";
import type { Given, Question, QuestionParams } from "./question.ts";
import { checkWeights, weightedSide, weightsOf, withoutWeights, withWeights } from "./selection.ts";

// All that a call finds out beforehand is looked at anew now and then, so that the cache knows what is in use.
const usesMax = 100;
const bytesMax = 2 ** 14;

/** What the calls of one method found out, by the settings of their calls and by their graphs: it is let go with either. */
export class KeptCalls {
  private readonly compose: (made: Made) => { readonly [name: string]: unknown };
  private readonly calls = new WeakMap<object, WeakMap<LoadedGraph, KeptCall>>();

  constructor(compose: (made: Made) => { readonly [name: string]: unknown }) {
    this.compose = compose;
  }

  /** What is kept of a call that differed from this one in its numbers only. */
  find(params: QuestionParams, { engine }: Context, { tenant }: Call): KeptCall | undefined {
    const settings = settingsOf(params);
    const graphs = settings && this.calls.get(settings);
    const { graph, inputs = {}, batch: points } = params;
    const loaded = graphs && engine.recall(graph, tenant, { inputs, points });
    const call = loaded && graphs.get(loaded);
    return call?.isFor(params, engine) ? call : undefined;
  }

  /** Keeps what a call found out: `asked` is its question, and `question` what of it was planned, weighted or the same. */
  keep(params: QuestionParams, asked: Question, question: Question, plan: Plan, ready: Ready): void {
    const settings = settingsOf(params);
    if (!settings) return;
    const graphs = this.calls.get(settings) ?? new WeakMap<LoadedGraph, KeptCall>();
    this.calls.set(settings, graphs);
    const { loaded } = asked;
    const known = graphs.get(loaded);
    if (known?.plan === plan && (known.isAtOnce || !repeatable(question, plan, ready))) return;
    const weights = weightsOf(params);
    const weighting = weights && { names: namesOf(weights), side: weightedSide(asked) };
    const compose = weights ? (made: Made) => this.compose(withoutWeights(made, loaded)) : this.compose;
    graphs.set(loaded, new KeptCall(question, plan, ready, compose, weighting));
  }
}

/** The one run of a call that is over before the thread does anything else; undefined where there is none. */
function repeatable({ points }: Question, plan: Plan, { runs, answerBytes }: Ready): Prepared | undefined {
  const [prepared, ...others] = runs;
  const { run, strip, program } = prepared!;
  if (plan.kinks) return undefined;
  const isOneStrip = points === undefined && (run.seeds?.count ?? 1) === (strip.seeds ?? 1);
  return isOneStrip && others.length === 0 && program.atOnce && answerBytes <= bytesMax ? prepared : undefined;
}

/** The outputs that a call weighs, as one text, and those that it might. */
interface Weighting {
  readonly names: string;
  readonly side: Side;
}

function namesOf(weights: Given): string {
  return Object.keys(weights).join();
}

/** A call whose plan is made; a small one has its program, its tensors and its answer too, whose leaves are refilled. */
class KeptCall {
  readonly plan: Plan;
  private readonly hasSeedList: boolean;
  private readonly seedCount: number;
  private readonly evictions: number;
  private readonly atOnce: AtOnce | undefined;
  private readonly weighting: Weighting | undefined;
  private uses = 0;

  constructor(
    question: Question,
    plan: Plan,
    ready: Ready,
    compose: (made: Made) => object,
    weighting: Weighting | undefined,
  ) {
    this.plan = plan;
    this.weighting = weighting;
    this.hasSeedList = question.hasSeedList;
    this.seedCount = question.seeds.length;
    this.evictions = question.engine.evictions;
    const prepared = repeatable(question, plan, ready);
    this.atOnce = prepared && new AtOnce(question, plan, prepared, ready.answerBytes, compose);
  }

  /** Whether what was found out holds for a call of the same settings and graph. */
  isFor(params: QuestionParams, { evictions }: Engine): boolean {
    const { seeds } = params;
    const hasSeedList = Array.isArray(seeds);
    const isAlike = hasSeedList === this.hasSeedList && (!hasSeedList || seeds.length === this.seedCount);
    const weights = weightsOf(params);
    const isWeighedAlike = (weights && namesOf(weights)) === this.weighting?.names;
    return isAlike && isWeighedAlike && this.uses++ < usesMax && this.evictions === evictions;
  }

  get isAtOnce(): boolean {
    return this.atOnce !== undefined;
  }

  /** Answers a small call; undefined where its numbers need more. Throws `input_mismatch`, `overloaded`. */
  answerAtOnce(params: QuestionParams, { engine }: Context, call: Call): KeptAnswer | undefined {
    const { atOnce, weighting } = this;
    const { inputs = {}, weights = {}, seeds } = params;
    if (!atOnce || !weighting) return atOnce?.answer(params, engine, call);
    checkWeights(weights, weighting.side, undefined);
    return atOnce.answer({ inputs: withWeights(inputs, weights), seeds }, engine, call);
  }
}

/** A small call at one point, over and over. */
class AtOnce {
  private readonly noted: { readonly graph: string; readonly cached: true };
  private readonly bytes: number;
  private readonly graph: Graph;
  private readonly program: Prepared["program"];
  /** The program's inputs: scalars are written into them, other tensors take their places, unit seeds stay. */
  private readonly values: NdArray[];
  private readonly callerSeeds: CallerSeeds | undefined;
  /** The seeds that the program's arrays hold. */
  private readonly seeds: number;
  private readonly sink: Sink;
  private readonly kept: Plan;
  private readonly results: Results;
  private readonly converted: readonly { readonly from: NdArray; readonly leaf: TensorLeaf; readonly name: string }[];
  private readonly tree: KeptAnswer;

  constructor(
    question: Question,
    plan: Plan,
    prepared: Prepared,
    answerBytes: number,
    compose: (made: Made) => object,
  ) {
    const { loaded } = question;
    const { run, strip, program } = prepared;
    this.noted = { graph: loaded.id, cached: true };
    this.bytes = prepared.bytes + answerBytes;
    this.graph = loaded.graph;
    this.program = program;
    const planned = plan.sweeps[0]!.seeds;
    this.callerSeeds = planned && "side" in planned ? planned : undefined;
    this.seeds = run.seeds?.count ?? 1;
    const held = run.seeds && !strip.unitLayout ? onlySeeds(run.derived, run.seeds, strip) : [];
    this.values = [...this.graph.inputs.map(() => zeros("float64", [])), ...held];
    const results = resultsOf(question, plan);
    this.kept = plan;
    this.results = results;
    this.sink = results.sink(0, prepared);
    const made = madeOf(question, plan, results);
    this.converted = convertedLeaves(question, results, made);
    this.tree = new KeptAnswer(compose(made) as Answer);
  }

  answer(
    { inputs = {}, seeds }: Pick<QuestionParams, "inputs" | "seeds">,
    engine: Engine,
    call: Call,
  ): KeptAnswer | undefined {
    const { graph, values, callerSeeds } = this;
    readInputs(graph, inputs, values);
    if (callerSeeds) {
      readSeeds(Array.isArray(seeds) ? seeds : [seeds as Given], callerSeeds, values, graph.inputs.length);
    }
    call.account?.charge(this.kept.operations);
    call.phases?.mark("run");
    engine.checkRoom(this.bytes);
    const outputs = this.program.atOnce!(values);
    if (!outputs) return undefined;
    this.sink({ outputs, firstPoint: 0, points: 1, firstSeed: 0, seeds: this.seeds, seedsHeld: this.seeds });
    if (showsSingular(this.kept, this.results)) return undefined;
    for (const { from, leaf, name } of this.converted) leaf.array = stored(from, leaf.array.dtype, name);
    call.note(this.noted);
    return this.tree;
  }
}

/** The outputs that are answered in another dtype than they are computed in. */
function convertedLeaves({ loaded }: Question, results: Results, made: Made) {
  return loaded.graph.outputs.flatMap(({ name }, i) => {
    const [from, leaf] = [results.outputs[i]!, made.outputs[name]!];
    return leaf.array === from && from.dtype !== "int64" ? [] : [{ from, leaf, name }];
  });
}

/** Puts the inputs of a graph in place: numbers that need no more than that, or whatever tensors are given. */
function readInputs(graph: Graph, given: Given, values: NdArray[]): void {
  const { inputs } = graph;
  let plain = Object.keys(given).length === inputs.length ? 0 : Number.NaN;
  for (; plain < inputs.length; plain++) {
    const { name, shape, dtype } = inputs[plain]!;
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (shape.length > 0 || dtype !== "float64" || typeof value !== "number" || !Number.isFinite(value)) break;
    values[plain]!.data[0] = value;
  }
  if (plain === inputs.length) return;
  decodeInputs(graph, given, undefined).forEach(({ array }, i) => {
    values[i] = array;
  });
}

/** Puts seeds in place, into the program's inputs from `first` on. */
function readSeeds(list: readonly Given[], { side }: CallerSeeds, values: readonly NdArray[], first: number): void {
  const { names, spans } = side;
  list.forEach((given, k) => {
    if (readScalars(given, side, values, first, k)) return;
    const [decoded] = decodeSeeds([given], side, undefined);
    names.forEach((_, i) => {
      const size = spans.sizes[i]!;
      const target = values[first + i]!.data.subarray(k * size, (k + 1) * size);
      const tensor = decoded![i];
      if (tensor) target.set(rowMajorData(tensor.array));
      else target.fill(0);
    });
  });
}

/** Puts a seed in place that is numbers only; false where it may be anything else. */
function readScalars(
  given: Given,
  { names, spans: { shapes } }: Side,
  values: readonly NdArray[],
  first: number,
  seed: number,
): boolean {
  let found = 0;
  for (let i = 0; i < names.length; i++) {
    const isGiven = Object.hasOwn(given, names[i]!);
    const value = isGiven ? given[names[i]!] : 0;
    if (shapes[i]!.length > 0 || typeof value !== "number" || !Number.isFinite(value)) return false;
    values[first + i]!.data[seed] = value;
    if (isGiven) found++;
  }
  return Object.keys(given).length === found;
}
