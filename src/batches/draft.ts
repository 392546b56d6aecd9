import type { z } from "zod";
import type { Context } from "../calls/context.ts";
import { headingsOf } from "../calls/headings.ts";
import { eachInput, eachSeed } from "../calls/inputs.ts";
import { type Steady, steadyOf } from "../calls/numeric.ts";
import { ask, type Given, type Question, type QuestionParams } from "../calls/question.ts";
import { select, weightedQuestion } from "../calls/selection.ts";
import { type Issue, invalidParams, limitExceeded, ServiceError } from "../errors.ts";
import type { Call, Method } from "../rpc/method.ts";
import { readParams } from "../rpc/params.ts";
import { printGraph } from "../syntax/print.ts";
import { type CallSize, checkedSize } from "./sizes.ts";
import type { TensorPlace } from "./spec.ts";
import { isBlobTensor, type SentBlobs, shaOf, type TakenTensor, takeTensor } from "./tensors.ts";

/** A method that jobs may run. */
export interface JobMethod {
  readonly name: string;
  readonly params: z.ZodObject;
  readonly steady: Steady;
}

/** The methods of a list that jobs may run, by name. Times are a job's own: they take no `timeoutMs`. */
export function jobMethodsOf(methods: readonly Pick<Method<Context>, "name" | "params" | "handle">[]) {
  return new Map(
    methods.flatMap(({ name, params, handle }): [string, JobMethod][] => {
      const steady = steadyOf(handle);
      return steady ? [[name, { name, steady, params: params.omit({ timeoutMs: true }).strict() }]] : [];
    }),
  );
}

/** A call of a job that is checked: what it asks for, what it takes, and its tensors. */
export interface CheckedCall {
  readonly method: string;
  readonly graph: string;
  readonly document: () => Readonly<Record<string, unknown>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly batch: number | undefined;
  readonly seeds: { readonly isList: boolean; readonly count: number } | undefined;
  readonly tensors: readonly TakenTensor[];
  readonly key: string | undefined;
  readonly size: CallSize;
}

/** How a call is checked. */
export interface CheckOptions {
  /** Where its parameters stand in those of the job, as a JSON Pointer. */
  readonly path: string;
  /** Whether its points are those of the job, and not bounded as those of one call. */
  readonly isWhole: boolean;
  readonly sent: SentBlobs;
}

/** The digests of all blobs that parameters name; those that are none are found out when they are read. */
export function blobsNamed(params: unknown): string[] {
  if (typeof params !== "object" || params === null) return [];
  const { inputs, seeds, weights } = params as Readonly<Record<string, unknown>>;
  const maps = [inputs, weights, ...(Array.isArray(seeds) ? seeds : [seeds])];
  return maps.flatMap((map) =>
    typeof map === "object" && map !== null
      ? Object.values(map).flatMap((value) => (isBlobTensor(value) ? (shaOf(value.blob) ?? []) : []))
      : [],
  );
}

/**
 * Checks a call as the method itself would before it runs anything, and reads its tensors. Throws what the method would,
 * and `limit_exceeded` for what jobs are bounded by.
 */
export function checkCall(
  { name, params: schema, steady }: JobMethod,
  params: unknown,
  context: Context,
  call: Call,
  { path, isWhole, sent }: CheckOptions,
): Omit<CheckedCall, "key"> {
  const read = readAt(path, schema, params) as unknown as QuestionParams;
  const { graph: _, inputs = {}, seeds, weights, batch, ...settings } = read;
  const { config } = context;
  const { limits } = config;
  const unbounded = { ...config, limits: { ...limits, points: Number.POSITIVE_INFINITY } };
  const asked = { ...read, inputs: typesOf(inputs) };
  const question = atPath(path, () => ask(isWhole ? { ...context, config: unbounded } : context, call, asked, true));
  if (isWhole && batch !== undefined && batch > limits.jobPoints) {
    throw limitExceeded("jobPoints", limits.jobPoints, batch);
  }
  const planned = weights ? weightedQuestion(question, standIns(question, weights)) : question;
  const plan = atPath(path, () => steady.planOf(planned));
  const size = checkedSize(planned, plan, limits, isWhole);
  const { loaded, hasSeedList } = question;
  const take = (place: Omit<TensorPlace, "name">, points: number | undefined) => {
    return (value: unknown, tensor: string, declared: Parameters<typeof takeTensor>[2]) =>
      takeTensor(value, { ...place, name: tensor }, declared, points, sent);
  };
  const tensors: TakenTensor[] = eachInput(loaded.graph, inputs, take({ role: "inputs" }, batch));
  const seeded = plan.sweeps.flatMap(({ seeds }) => (seeds && "side" in seeds ? [seeds.side] : []))[0];
  if (seeded) {
    question.seeds.forEach((given, seed) => {
      const place = { role: "seeds", ...(hasSeedList ? { seed } : {}) } as const;
      for (const tensor of eachSeed([given], seeded, take(place, batch))[0]!) if (tensor) tensors.push(tensor);
    });
  }
  if (weights) {
    const { of } = headingsOf(question, select(question));
    for (const tensor of eachSeed([weights], of, take({ role: "weights" }, batch))[0]!)
      if (tensor) tensors.push(tensor);
  }
  return {
    method: name,
    graph: loaded.id,
    document: () => printGraph(loaded.graph, loaded.canonical),
    settings: settings as Readonly<Record<string, unknown>>,
    batch,
    seeds: seeds === undefined ? undefined : { isList: hasSeedList, count: question.seeds.length },
    tensors,
    size,
  };
}

/** Tensors of which those in blobs have their type only, which may tell the shapes of a formula's inputs. */
function typesOf(given: Given): Given {
  const told = (value: unknown) => {
    if (!isBlobTensor(value)) return value;
    const { blob: _, ...type } = value;
    return type;
  };
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, told(value)]));
}

/** Weights without those that are in blobs: for the plan it counts only which there are. */
function standIns(question: Question, weights: Given): Given {
  const { outputs } = question.loaded.graph;
  return Object.fromEntries(
    Object.entries(weights).map(([name, value]) => {
      const output = outputs.find((one) => one.name === name);
      if (!output || !isBlobTensor(value)) return [name, value];
      const { shape } = output.node;
      const bytes = 8 * shape.reduce((a, b) => a * b, 1);
      return [name, { shape, dtype: "float64", data: new Uint8Array(bytes) }];
    }),
  );
}

function readAt(path: string, schema: z.ZodObject, params: unknown): Readonly<Record<string, unknown>> {
  return atPath(path, () => readParams(schema, params));
}

/** Says of faults of parameters where they stand in those of the job. */
function atPath<T>(path: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ServiceError) || error.type !== "invalid_params") throw error;
    const issues = error.data.issues as readonly Issue[];
    throw invalidParams(...issues.map((issue) => ({ ...issue, path: `${path}${issue.path}` })));
  }
}
