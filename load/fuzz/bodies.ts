import { errorTypes } from "../../src/errors.ts";
import { methods } from "../../src/methods/index.ts";
import type { Random } from "../../test/support/random.ts";

/** One request of a face. */
export interface Request {
  readonly path: string;
  readonly body: Buffer;
}

type Json = unknown;

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

/** A request of a random method, of its examples' structure with something changed in it, small or large. */
export function randomRequest(random: Random): Request {
  const calls = random.unit() < 0.15 ? 1 + random.below(4) : 1;
  const made = Array.from({ length: calls }, (_, id) => {
    const method = random.pick(names);
    return { jsonrpc: "2.0", id, method, params: mutated(paramsOf(method, random), random) };
  });
  const isRpc = calls > 1 || random.unit() < 0.5;
  const [first] = made;
  const value: Json = isRpc ? (calls > 1 ? made : mutatedSometimes(first, random)) : first!.params;
  let body: Buffer = Buffer.from(JSON.stringify(value) ?? "");
  if (random.unit() < 0.15) body = damaged(body, random);
  if (random.unit() < 0.3) body = Buffer.concat([body, Buffer.alloc(largeBytes, " ")]);
  return { path: isRpc ? "/rpc" : `/v1/${first!.method}`, body };
}

/** Whether an answer is one that may be: of a status and a type that are told of, and not the service's fault. */
export function faultOf(status: number, text: string): string | undefined {
  const types = [...text.matchAll(/"urn:cotangent:error:(\w+)"|"error":\{"code":-?\d+,.*?"type":"(\w+)"/g)];
  for (const [, plain, rpc] of types) {
    const type = (plain ?? rpc)!;
    if (type === "internal_error" || !(type in errorTypes)) return type;
  }
  return status >= 500 && status !== 503 && status !== 504 ? `status ${status}` : undefined;
}

function paramsOf(name: string, random: Random): Json {
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

/** Bytes of which some are others, are missing or come twice. */
function damaged(bytes: Buffer, random: Random): Buffer {
  if (bytes.length === 0) return bytes;
  const at = random.below(bytes.length);
  const end = Math.min(bytes.length, at + random.below(8));
  const kind = random.below(3);
  if (kind === 0) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
  if (kind === 1) return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
  const copy = Buffer.from(bytes);
  copy[at] = random.below(256);
  return copy;
}
