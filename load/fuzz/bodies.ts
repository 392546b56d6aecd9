import { readConfig } from "../../src/config.ts";
import { errorTypes } from "../../src/errors.ts";
import { methods } from "../../src/methods/index.ts";
import { parseCbor } from "../../src/wire/cbor/read.ts";
import type { Random } from "../../test/support/random.ts";
import { cborOf, damaged, dressed, type FuzzKeys } from "./dress.ts";
import { programs } from "./programs.ts";
import { type Routed, randomRoute } from "./routes.ts";

/** One request. */
export interface Request {
  readonly verb: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

type Json = unknown;

const { limits } = readConfig({});
const takesGraph: ReadonlySet<string> = new Set(
  methods.filter(({ params }) => "graph" in params.shape).map(({ name }) => name),
);
const names = methods.map(({ name }) => name);
/** Longer than what is read on the thread that serves. */
const largeBytes = 66 * 1024;

const junk: readonly Json[] = [
  ...[null, true, false, 0, -0, 1, -1, 2, 3, 0.5, 1e15, -1e15, 1e300, 2 ** 31, 2 ** 53],
  ...["", "x", "y", "NaN", "-Infinity", "__proto__", "sin(x)", "AAAAAAAA8D8=", `sha256:${"0".repeat(64)}`],
  ...["float32", "int32", "bool", "matmul", "max", "stack", "einsum", "put_add", "reshape", "x:0", "forward", "csr"],
  ...[[], {}, [[]], [0], [1, 2], [[1], [2, 3]], [null], [-1], [0, 0]],
  ...[
    { shape: [2, 0], data: [] },
    { shape: [0], data: "" },
    { shape: [], data: "AAAAAAAA8D8=" },
    { expression: "x@x" },
  ],
];

/**
 * A request of a random method, facade or route, of its examples' structure with something changed in it, small or large, as
 * JSON or CBOR, compressed or not, with headers that guards read.
 */
export function randomRequest(random: Random, keys: FuzzKeys): Request {
  if (random.unit() < 0.15) return ofRoute(randomRoute(random), random, keys);
  const { path, value } = randomCall(random);
  return { verb: "POST", path, ...sent(value, random, keys) };
}

/** A call of a random method, or a batch of some, in which something was changed. */
export function randomCall(random: Random): { readonly path: string; readonly value: unknown } {
  const calls = random.unit() < 0.15 ? 1 + random.below(4) : 1;
  const made = Array.from({ length: calls }, (_, id) => {
    const method = random.pick(names);
    return { jsonrpc: "2.0", id, method, params: mutated(paramsOf(method, random), random) };
  });
  const isRpc = calls > 1 || random.unit() < 0.5;
  const [first] = made;
  const value: Json = isRpc ? (calls > 1 ? made : mutatedSometimes(first, random)) : first!.params;
  return { path: isRpc ? "/rpc" : `/v1/${first!.method}`, value };
}

function ofRoute({ verb, path, value, bytes }: Routed, random: Random, keys: FuzzKeys): Request {
  if (value !== undefined) return { verb, path, ...sent(mutated(value, random), random, keys) };
  const { headers } = dressed(Buffer.alloc(0), undefined, random, keys);
  const { "content-encoding": _, ...others } = headers;
  return { verb, path, headers: others, body: bytes ?? Buffer.alloc(0) };
}

function sent(value: Json, random: Random, keys: FuzzKeys): { body: Buffer; headers: Request["headers"] } {
  let body: Buffer = Buffer.from(JSON.stringify(value) ?? "");
  const isLarge = random.unit() < 0.3;
  if (random.unit() < 0.15) body = damaged(body, random);
  if (isLarge) body = Buffer.concat([body, Buffer.alloc(largeBytes, " ")]);
  const cbor = () => {
    const padded = isLarge && typeof value === "object" ? { ...value, padding: " ".repeat(largeBytes) } : value;
    const bytes = cborOf(padded, random);
    return random.unit() < 0.15 ? damaged(bytes, random) : bytes;
  };
  return dressed(body, cbor, random, keys);
}

/** Whether an answer is one that may be: of a status and a type that are told of, and not the service's fault. */
export function faultOf(status: number, contentType: string, bytes: Buffer): string | undefined {
  // UM-Bridge's own for numbers that its JSON does not hold.
  const isToldSo = status === 500 && bytes.includes('"type":"InvalidOutput"');
  if (status >= 500 && status !== 503 && status !== 504 && !isToldSo) return `status ${status}`;
  const text = contentType.startsWith("application/cbor") ? JSON.stringify(decoded(bytes)) : bytes.toString();
  const types = [...text.matchAll(/"urn:cotangent:error:(\w+)"|"error":\{"code":-?\d+,.*?"type":"(\w+)"/g)];
  for (const [, plain, rpc] of types) {
    const type = (plain ?? rpc)!;
    if (type === "internal_error" || !(type in errorTypes)) return type;
  }
  return undefined;
}

function decoded(bytes: Buffer): unknown {
  return bytes.length === 0 ? undefined : parseCbor(bytes, limits);
}

function paramsOf(name: string, random: Random): Json {
  if (takesGraph.has(name) && random.unit() < 0.3) {
    const { graph, inputs } = random.pick(programs);
    if (name === "explain" || name === "graph.put") return { graph };
    return { graph, inputs };
  }
  // Of any method's examples now and then, as many parameters have the same names.
  const chosen = random.unit() < 0.8 ? name : random.pick(names);
  const method = methods.find((method) => method.name === chosen)!;
  return method.examples.length === 0 ? {} : random.pick(method.examples).params;
}

function mutatedSometimes(value: Json, random: Random): Json {
  return random.unit() < 0.2 ? mutated(value, random) : value;
}

function mutated(value: Json, random: Random): Json {
  let result = value;
  for (let changes = random.below(4); changes > 0; changes--) {
    const all = places(result);
    const by =
      random.unit() < 0.2 ? undefined : random.unit() < 0.3 ? placed(result, random.pick(all)) : random.pick(junk);
    result = changed(result, random.pick(all), by);
  }
  return result;
}

type Path = readonly (string | number)[];

function places(value: Json, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => places(item, [...path, key]))];
}

function placed(value: Json, path: Path): Json {
  return path.reduce<Json>((holder, key) => (holder as Record<string | number, Json>)[key], value);
}

/** A copy of a value with something else in one place, or with nothing there. */
function changed(value: Json, [key, ...rest]: Path, by: Json): Json {
  if (key === undefined) return by;
  if (Array.isArray(value)) {
    const copy = [...value];
    const item = changed(copy[Number(key)], rest, by);
    if (item === undefined) copy.splice(Number(key), 1);
    else copy[Number(key)] = item;
    return copy;
  }
  const members = value as Readonly<Record<string, Json>>;
  const item = changed(members[key], rest, by);
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, old]) => {
      if (name !== key) return [[name, old]];
      return item === undefined ? [] : [[name, item]];
    }),
  );
}
