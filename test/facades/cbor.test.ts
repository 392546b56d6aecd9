import { encode, Token, Type } from "cborg";
import { describe, expect, test } from "vitest";
import { type Service, start } from "../methods/service.ts";

// y = Σx²·n of x of shape [3], n an int32.
const graph = {
  inputs: [
    { name: "x", shape: [3] },
    { name: "n", dtype: "int32" },
  ],
  nodes: [
    { id: "squares", op: "square", args: ["x"] },
    { id: "s", op: "sum", args: ["squares"] },
    { id: "y", op: "multiply", args: ["s", "n"] },
  ],
  outputs: ["y"],
};

interface Tagged {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

const float64 = { tag: 86, bytes: bytesOf(new Float64Array([1, 2, 3])) };
const vectors: Readonly<Record<string, Tagged>> = {
  float64,
  "float64, big-endian": { tag: 82, bytes: bytesOf(new Float64Array([1, 2, 3])).map((_, i, all) => all[i ^ 7]!) },
  float32: { tag: 85, bytes: bytesOf(new Float32Array([1, 2, 3])) },
  int64: { tag: 79, bytes: bytesOf(new BigInt64Array([1n, 2n, 3n])) },
  uint8: { tag: 64, bytes: new Uint8Array([1, 2, 3]) },
};
const beyond = { tag: 79, bytes: bytesOf(new BigInt64Array([1n, 2n, 2n ** 53n + 1n])) };
const infinite = { tag: 86, bytes: bytesOf(new Float64Array([1, 2, Number.POSITIVE_INFINITY])) };

const facades = {
  "UM-Bridge": {
    path: "/Evaluate",
    refusal: 400,
    body: (x: unknown) => ({ name: "t", input: [x, [2]] }),
    output: ({ output }: { output: number[][] }) => output[0]![0],
  },
  Tesseract: {
    path: "/tesseract/t/apply",
    refusal: 422,
    body: (x: unknown) => ({ inputs: { x, n: 2 } }),
    output: ({ y }: { y: { data: { buffer: number } } }) => y.data.buffer,
  },
};

describe.each(Object.entries(facades))("%s", (_, { path, refusal, body, output }) => {
  test.each(Object.entries(vectors))("reads a CBOR body with a typed array of %s", async (_, vector) => {
    const answer = await post(await withGraph(), path, cborOf(body(tagged(vector))));
    expect(answer.statusCode, answer.body).toBe(200);
    expect(output(answer.json() as never)).toBe(28);
    expect(answer.headers["content-type"]).toMatch(/^application\/json/);
  });

  test("reads plain lists in CBOR, by any name of it", async () => {
    const service = await withGraph();
    for (const type of ["application/cbor", "application/CBOR; a=b", "application/senml+cbor"]) {
      expect(output((await post(service, path, cborOf(body([1, 2, 3])), type)).json() as never)).toBe(28);
    }
  });

  test("reads bodies of any other type, or none, as JSON", async () => {
    const service = await withGraph();
    for (const type of [undefined, "text/plain", "application/octet-stream", "application/x-npy", "nonsense"]) {
      const answer = await post(service, path, Buffer.from(JSON.stringify(body([1, 2, 3]))), type ?? "");
      expect(output(answer.json() as never)).toBe(28);
    }
  });

  test("refuses JSON that calls itself CBOR, and CBOR that does not", async () => {
    const service = await withGraph();
    const json = await post(service, path, Buffer.from(JSON.stringify(body([1, 2, 3]))));
    expect([json.statusCode, json.body]).toEqual([refusal, expect.stringContaining("not CBOR")]);
    const cbor = await post(service, path, cborOf(body([1, 2, 3])), "application/json");
    expect([cbor.statusCode, cbor.body]).toEqual([refusal, expect.stringContaining("not UTF-8")]);
  });

  test("refuses integers that doubles do not have", async () => {
    const answer = await post(await withGraph(), path, cborOf(body(tagged(beyond))));
    expect(answer.statusCode, answer.body).toBe(refusal);
    expect(answer.body).toContain("9007199254740993");
  });

  test("takes what is not finite as in JSON", async () => {
    const service = await withGraph();
    const answer = await post(service, path, cborOf(body(tagged(infinite))));
    const same = await post(service, path, Buffer.from(JSON.stringify(body([1, 2, "Infinity"]))), "application/json");
    expect([answer.statusCode, answer.body]).toEqual([same.statusCode, same.body]);
  });

  test("refuses bytes where an array or an object has to be", async () => {
    const service = await withGraph();
    const long = new Uint8Array(100_000);
    for (const sent of [body(long), long, { name: "t", inputs: long, input: long, config: long }]) {
      const answer = await post(service, path, cborOf(sent));
      expect(answer.statusCode, answer.body).toBe(refusal);
      expect(answer.body.length).toBeLessThan(1000);
    }
  });
});

test("a Tesseract's arrays are taken with a typed array, or with bytes, as their buffer", async () => {
  const service = await withGraph();
  const array = (buffer: unknown, encoding: string) => ({ shape: [3], dtype: "float64", data: { buffer, encoding } });
  for (const x of [array(tagged(float64), "json"), array(float64.bytes, "base64")]) {
    const answer = await post(service, "/tesseract/t/apply", cborOf({ inputs: { x, n: 2 } }));
    expect(answer.json().y?.data?.buffer, answer.body).toBe(28);
  }
});

async function withGraph(): Promise<Service> {
  const service = start({});
  await service.ok("graph.put", { graph, alias: "t" });
  return service;
}

function post({ app }: Service, url: string, payload: Buffer, type = "application/cbor") {
  return app.inject({ method: "POST", url, payload, headers: type ? { "content-type": type } : {} });
}

/** What is written as a typed array. */
class TypedArray {
  readonly sent: Tagged;

  constructor(sent: Tagged) {
    this.sent = sent;
  }
}

function tagged(sent: Tagged): TypedArray {
  return new TypedArray(sent);
}

function cborOf(value: unknown): Buffer {
  const typeEncoders = {
    Object: (object: unknown) =>
      object instanceof TypedArray
        ? [new Token(Type.tag, object.sent.tag), new Token(Type.bytes, object.sent.bytes)]
        : null,
  };
  return Buffer.from(encode(value, { typeEncoders }));
}

function bytesOf({ buffer }: ArrayBufferView<ArrayBuffer>): Uint8Array {
  return new Uint8Array(buffer);
}
