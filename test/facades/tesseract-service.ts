import { type Json, type Service, start } from "../methods/service.ts";

/** An answer of the facade. */
export interface Told {
  readonly status: number;
  readonly type: string;
  readonly json: Json;
  readonly text: string;
}

/** A service, and ways to ask it as clients of Tesseracts do. */
export interface Tesseracts extends Service {
  put(alias: string, graph: unknown): Promise<string>;
  ask(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Told>;
  /** The answer to a body that must succeed, its arrays as nested lists. */
  good(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Json>;
  /** The faults of a body, each as its type and where it is. */
  faults(path: string, body: unknown): Promise<string[]>;
}

/** Starts the whole service. */
export function tesseracts(env: Readonly<Record<string, string>> = {}): Tesseracts {
  const service = start(env);
  const ask: Tesseracts["ask"] = async (path, body, headers = {}) => {
    const payload = typeof body === "string" ? body : JSON.stringify(body);
    const url = `/tesseract/${path}`;
    const answer = await service.app.inject({ method: "POST", url, payload, headers });
    const type = String(answer.headers["content-type"]);
    return {
      status: answer.statusCode,
      type,
      text: answer.body,
      json: type.includes("json") ? answer.json() : undefined,
    };
  };
  return {
    ...service,
    ask,
    put: async (alias, graph) => (await service.ok("graph.put", { graph, alias })).graph,
    async good(path, body, headers) {
      const { status, json, text } = await ask(path, body, headers);
      if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
      return decoded(json);
    },
    async faults(path, body) {
      const { status, json, text } = await ask(path, body);
      if (status !== 422) throw new Error(`${path}: ${status} ${text}`);
      for (const fault of json.detail) {
        if (Object.keys(fault).join() !== "type,loc,msg") throw new Error(`${JSON.stringify(fault)} is no fault`);
      }
      return json.detail.map(({ type, loc }: Json) => `${type} ${loc.join(".")}`);
    },
  };
}

/** An array as the SDK sends it. */
export function sent(shape: readonly number[], dtype: keyof typeof stores, values: readonly number[]): unknown {
  const { buffer, byteOffset, byteLength } = stores[dtype](values);
  const text = Buffer.from(buffer, byteOffset, byteLength).toString("base64");
  return { shape, dtype, data: { buffer: text, encoding: "base64" } };
}

const stores = {
  float16: (list) => Float16Array.from(list),
  float32: (list) => Float32Array.from(list),
  float64: (list) => Float64Array.from(list),
  int8: (list) => Int8Array.from(list),
  int16: (list) => Int16Array.from(list),
  int32: (list) => Int32Array.from(list),
  int64: (list) => BigInt64Array.from(list.map(BigInt)),
  uint8: (list) => Uint8Array.from(list),
  uint16: (list) => Uint16Array.from(list),
  uint32: (list) => Uint32Array.from(list),
  uint64: (list) => BigUint64Array.from(list.map(BigInt)),
  bool: (list) => Uint8Array.from(list),
} as const satisfies Record<string, (list: readonly number[]) => ArrayBufferView<ArrayBuffer>>;

/** Arrays of an answer as `dtype[shape]: elements`. */
function decoded(value: Json): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (value.object_type === "array") {
    const { shape, dtype, data } = value;
    return [`${dtype}[${shape}]`, data.encoding === "json" ? data.buffer : elements(data.buffer, dtype)];
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, decoded(member)]));
}

function elements(base64: string, dtype: string): number[] {
  const { buffer } = new Uint8Array(Buffer.from(base64, "base64"));
  if (dtype === "float64") return [...new Float64Array(buffer)];
  if (dtype === "float32") return [...new Float32Array(buffer)];
  return dtype === "int32" ? [...new Int32Array(buffer)] : [...new Uint8Array(buffer)];
}
