import {
  brotliCompressSync,
  brotliDecompressSync,
  gunzipSync,
  gzipSync,
  zstdCompressSync,
  zstdDecompressSync,
} from "node:zlib";
import { decode, encode, type TagDecodeControl, Token, Type } from "cborg";
import { describe, expect, test } from "vitest";
import { codings } from "../../src/http/coding.ts";
import { readNpyHead } from "../../src/wire/npy.ts";
import { type Service, start } from "./service.ts";

const graph = {
  inputs: [{ name: "x", shape: [3] }],
  nodes: [
    { id: "s", op: "square", args: ["x"] },
    { id: "y", op: "sum", args: ["s"] },
  ],
  outputs: ["y"],
};
const tags = Object.fromEntries(
  [64, 78, 85, 86].map((tag) => [tag, (control: TagDecodeControl) => ({ tag, bytes: control() as Uint8Array })]),
);
const float64 = (values: readonly number[]) => new Uint8Array(Float64Array.from(values).buffer);

/** Bytes of CBOR in which typed arrays have the tag of little-endian doubles, or another. */
function cborOf(value: unknown, tag = 86): Buffer {
  const encoder = (array: Float64Array) => [
    new Token(Type.tag, tag),
    new Token(Type.bytes, new Uint8Array(array.buffer)),
  ];
  return Buffer.from(encode(value, { typeEncoders: { Float64Array: encoder } }));
}

async function send(service: Service, url: string, payload: Buffer, headers: Record<string, string> = {}) {
  const type = { "content-type": "application/cbor", accept: "application/cbor" };
  const answer = await service.app.inject({ method: "POST", url, payload, headers: { ...type, ...headers } });
  return { ...answer, status: answer.statusCode, headers: answer.headers, bytes: new Uint8Array(answer.rawPayload) };
}

describe("CBOR", () => {
  test("in and out, on both faces: the tensors with their shapes and every bit", async () => {
    const service = start();
    const params = { graph, inputs: { x: { shape: [3], data: Float64Array.of(1, -0, 3) } } };
    const plain = await send(service, "/v1/gradient", cborOf(params));
    expect([plain.status, plain.headers["content-type"]]).toEqual([200, "application/cbor"]);
    const result = decode(plain.bytes, { tags });
    expect(result).toMatchObject({
      outputs: { y: { shape: [], dtype: "float64", data: { tag: 86, bytes: float64([10]) } } },
      gradient: { x: { shape: [3], dtype: "float64", data: { bytes: float64([2, -0, 6]) } } },
    });
    const call = { jsonrpc: "2.0", id: 7, method: "gradient", params };
    expect(decode((await send(service, "/rpc", cborOf(call))).bytes, { tags })).toEqual({
      jsonrpc: "2.0",
      id: 7,
      result,
    });
    const both = decode(
      (await send(service, "/rpc", cborOf([call, { ...call, id: "b" }, { jsonrpc: "2.0", method: "gradient" }]))).bytes,
      { tags },
    );
    expect(both.map(({ id }: { id: unknown }) => id)).toEqual([7, "b"]);
    for (let i = 0; i < 4; i++)
      expect((await send(service, "/v1/gradient", cborOf(params))).bytes).toEqual(plain.bytes);
  });

  test("takes tensors in every form: numbers, lists, raw bytes, typed arrays of other kinds or without a shape", async () => {
    const service = start();
    const gradient = async (x: unknown, tag?: number) => {
      const { status, bytes } = await send(service, "/v1/gradient", cborOf({ graph, inputs: { x } }, tag));
      expect(status).toBe(200);
      return decode(bytes, { tags }).gradient.x.data.bytes;
    };
    const expected = float64([2, 4, 6]);
    expect(await gradient([1, 2, 3])).toEqual(expected);
    expect(await gradient(Float64Array.of(1, 2, 3))).toEqual(expected);
    expect(await gradient({ shape: [3], dtype: "float64", data: float64([1, 2, 3]) })).toEqual(expected);
    const bigEndian = Buffer.from(float64([1, 2, 3])).swap64();
    expect(await gradient({ shape: [3], data: new Float64Array(new Uint8Array(bigEndian).buffer) }, 82)).toEqual(
      expected,
    );
    const integers = new Float64Array(new BigInt64Array([1n, 2n, 3n]).buffer);
    expect(await gradient({ shape: [3], data: integers }, 79)).toEqual(expected);
    const infinite = await gradient([Number.NEGATIVE_INFINITY, 2, 3]);
    expect(infinite).toEqual(float64([Number.NEGATIVE_INFINITY, 4, 6]));
  });

  test("tells what does not fit, in CBOR", async () => {
    const service = start();
    const odd = { shape: [3], dtype: "int32", data: Float64Array.of(1, 2.5, 3) };
    const cases: readonly (readonly [unknown, RegExp])[] = [
      [{ shape: [3], data: Float64Array.of(1, 2) }, /3 numbers.*received 2 numbers/],
      [{ shape: [2], data: Float64Array.of(1, 2) }, /shape \[3\]/],
      [odd, /int32 values, received the value 2.5/],
      [{ shape: [3], data: float64([1]) }, /24 bytes/],
    ];
    for (const [x, message] of cases) {
      const { status, bytes, headers } = await send(service, "/v1/gradient", cborOf({ graph, inputs: { x } }));
      const problem = decode(bytes);
      expect([status, headers["content-type"], problem.code]).toEqual([422, "application/cbor", -32007]);
      expect(problem.detail).toMatch(message);
    }
    const cut = await send(service, "/v1/gradient", cborOf({ graph, inputs: { x: [1, 2, 3] } }).subarray(0, -1));
    expect([cut.status, decode(cut.bytes).detail]).toEqual([400, expect.stringContaining("cut off")]);
    const rpc = await send(service, "/rpc", Buffer.from([0xff]));
    expect([rpc.status, decode(rpc.bytes)]).toMatchObject([200, { id: null, error: { code: -32700 } }]);
    for (const body of [
      Float64Array.of(1),
      { graph, inputs: Float64Array.of(1) },
      { graph: Float64Array.of(1) },
      { graph: { inputs: Float64Array.of(1), outputs: ["x"] } },
    ]) {
      expect((await send(service, "/v1/gradient", cborOf(body))).status).toBeLessThan(423);
    }
  });

  test("chooses by Accept what is answered, whatever was sent", async () => {
    const service = start();
    const params = { graph, inputs: { x: [1, 2, 3] } };
    const json = await send(service, "/v1/evaluate", cborOf(params), { accept: "application/json" });
    expect(JSON.parse(Buffer.from(json.bytes).toString()).outputs).toEqual({ y: 14 });
    const payload = Buffer.from(JSON.stringify(params));
    const cbor = await send(service, "/v1/evaluate", payload, { "content-type": "application/json" });
    expect(decode(cbor.bytes, { tags }).outputs.y.data.bytes).toEqual(float64([14]));
    expect((await send(service, "/v1/evaluate", payload, { accept: "application/xml" })).status).toBe(406);
    expect((await send(service, "/v1/evaluate", payload, { "content-type": "application/xml" })).status).toBe(415);
  });

  test("has the ids of graphs that JSON has", async () => {
    const service = start();
    const constant = { name: "c", value: { shape: [2], data: Float64Array.of(1, -0) } };
    const document = (value: unknown) => ({ constants: [{ ...constant, value }], nodes: [], outputs: ["c"] });
    const put = async (value: unknown) =>
      decode((await send(service, "/v1/graph.put", cborOf({ graph: document(value) }))).bytes).graph;
    const base64 = Buffer.from(float64([1, -0])).toString("base64");
    const { graph: id } = await service.ok("graph.put", {
      graph: document({ shape: [2], dtype: "float64", data: base64 }),
    });
    expect(await put(constant.value)).toBe(id);
    expect(await put(Float64Array.of(1, -0))).toBe(id);
  });
});

describe("a file of NumPy's", () => {
  const ask = (service: Service, method: string, params: object) =>
    send(service, `/v1/${method}`, Buffer.from(JSON.stringify(params)), {
      "content-type": "application/json",
      accept: "application/x-npy",
    });

  test("is the one tensor that a method is asked for, each time anew", async () => {
    const service = start();
    const inputs = { x: [1, 2, 3] };
    for (let i = 0; i < 3; i++) {
      const { status, headers, bytes } = await ask(service, "gradient", { graph, inputs });
      expect([status, headers["content-type"]]).toEqual([200, "application/x-npy"]);
      const head = readNpyHead(bytes)!;
      expect(head).toMatchObject({ dtype: "float64", shape: [3] });
      expect(bytes.slice(head.headBytes)).toEqual(float64([2, 4, 6]));
    }
    const value = await ask(service, "evaluate", { graph, inputs });
    expect(value.bytes.slice(readNpyHead(value.bytes)!.headBytes)).toEqual(float64([14]));
  });

  test("is refused where there are several tensors or none, and on the face of JSON-RPC", async () => {
    const service = start();
    const two = { graph: { expression: "x*y" }, inputs: { x: 1, y: 2 } };
    const several = await ask(service, "gradient", two);
    expect([several.status, JSON.parse(several.body).detail]).toEqual([
      406,
      expect.stringContaining("this answer has 2"),
    ]);
    expect((await ask(service, "gradient", { ...two, wrt: ["x"] })).status).toBe(200);
    expect((await ask(service, "operators", {})).status).toBe(406);
    const wrong = await ask(service, "evaluate", { graph, inputs: { x: 1 } });
    expect([wrong.status, wrong.headers["content-type"]]).toEqual([422, "application/problem+json; charset=utf-8"]);
    const rpc = await send(service, "/rpc", Buffer.from("{}"), { accept: "application/x-npy" });
    expect(rpc.status).toBe(406);
  });
});

describe("compression", () => {
  const shrink = { gzip: gzipSync, br: brotliCompressSync, zstd: zstdCompressSync };
  const expand = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync };
  const body = Buffer.from(JSON.stringify({ graph, inputs: { x: [1, 2, 3] } }));

  test("of bodies, of each coding", async () => {
    const service = start();
    for (const coding of codings) {
      const headers = { "content-type": "application/json", accept: "*/*", "content-encoding": coding };
      const answer = await send(service, "/v1/evaluate", shrink[coding](body), headers);
      expect([answer.status, JSON.parse(answer.body).outputs]).toEqual([200, { y: 14 }]);
      const cut = await send(service, "/v1/evaluate", shrink[coding](body).subarray(0, -6), headers);
      expect(cut.status).toBe(400);
      const plain = await send(service, "/v1/evaluate", body, headers);
      expect([plain.status, JSON.parse(plain.body).detail]).toEqual([400, expect.stringContaining(coding)]);
      const facade = await send(service, "/Evaluate", shrink[coding](Buffer.from("{}")), headers);
      expect(JSON.parse(facade.body).error.type).toBe("InvalidInput");
    }
    const odd = await send(service, "/v1/evaluate", body, { "content-encoding": "compress" });
    expect([odd.status, odd.headers["accept-encoding"]]).toEqual([415, "zstd, br, gzip"]);
  });

  test("of bodies is bounded by what comes out, and by how much more that is", async () => {
    const service = start({ LIMIT_BODY_BYTES: "300000" });
    const refused = async (bytes: Buffer, coding: keyof typeof shrink) => {
      const headers = { "content-type": "application/json", accept: "*/*", "content-encoding": coding };
      const { status, body } = await send(service, "/v1/evaluate", shrink[coding](bytes), headers);
      return [status, JSON.parse(body).data.limit];
    };
    for (const coding of codings) {
      const noise = Buffer.from(Array.from({ length: 200_000 }, () => Math.random().toString(36).slice(2, 4)).join(""));
      expect(await refused(noise, coding)).toEqual([413, "bodyBytes"]);
      expect(await refused(Buffer.alloc(250_000, 32), coding)).toEqual([413, "compressionRatio"]);
      const fine = Buffer.concat([Buffer.alloc(60_000, 32), body]);
      const headers = { "content-type": "application/json", accept: "*/*", "content-encoding": coding };
      expect((await send(service, "/v1/evaluate", shrink[coding](fine), headers)).status).toBe(200);
    }
  });

  test("of answers that are long, in what the client takes", async () => {
    const service = start();
    const wide = {
      graph: { inputs: [{ name: "x", shape: [60_000] }], outputs: ["x"] },
      inputs: { x: { shape: [60_000], data: Buffer.alloc(480_000).toString("base64"), dtype: "float64" } },
    };
    const payload = Buffer.from(JSON.stringify({ ...wide, encoding: "flat" }));
    const whole = (await send(service, "/v1/evaluate", payload, { "content-type": "application/json", accept: "*/*" }))
      .body;
    for (const coding of codings) {
      for (const accept of ["application/json", "application/cbor"]) {
        const headers = { "content-type": "application/json", accept, "accept-encoding": coding };
        const answer = await send(service, "/v1/evaluate", payload, headers);
        expect([answer.status, answer.headers["content-encoding"], answer.headers.vary]).toEqual([
          200,
          coding,
          "Accept-Encoding",
        ]);
        const expanded = expand[coding](answer.rawPayload);
        if (accept === "application/json") expect(expanded.toString()).toBe(whole);
        else expect(decode(new Uint8Array(expanded), { tags }).outputs.x.data.bytes.length).toBe(480_000);
      }
    }
    const headers = { "content-type": "application/json", accept: "*/*", "accept-encoding": "gzip" };
    const short = await send(service, "/v1/evaluate", body, headers);
    expect(short.headers["content-encoding"]).toBeUndefined();
  });
});
