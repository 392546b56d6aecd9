import { describe, expect, test } from "vitest";
import { type Bridge, bridge } from "./umbridge-service.ts";

const routes = [
  "/ModelInfo",
  "/InputSizes",
  "/OutputSizes",
  "/Evaluate",
  "/Gradient",
  "/ApplyJacobian",
  "/ApplyHessian",
];

// f(x, y) of shapes [2] and [2, 2]: `s` is a scalar, `v` has three elements.
const pair = {
  inputs: [
    { name: "x", shape: [2] },
    { name: "y", shape: [2, 2] },
  ],
  nodes: [
    { id: "x0", op: "slice", args: ["x"], attrs: { start: [0], stop: [1] } },
    { id: "xy", op: "matmul", args: ["y", "x"] },
    { id: "sq", op: "square", args: ["xy"] },
    { id: "s", op: "sum", args: ["sq"] },
    { id: "v", op: "concat", args: ["sq", "x0"] },
  ],
  outputs: ["s", "v"],
};
const x = [1, 2];
const y = [1, 0, 3, -1];
const mixed = {
  inputs: [
    { name: "n", dtype: "int32" },
    { name: "flags", shape: [2], dtype: "bool" },
    { name: "single", dtype: "float32" },
    { name: "t", shape: [2] },
  ],
  nodes: [
    { id: "chosen", op: "where", args: ["flags", "t", 0] },
    { id: "total", op: "sum", args: ["chosen"] },
    { id: "y", op: "multiply", args: ["total", "single"] },
    { id: "twice", op: "add", args: ["n", "n"] },
    { id: "above", op: "greater", args: ["t", 0.5] },
  ],
  outputs: ["y", "twice", "above"],
};

async function withPair(env?: Readonly<Record<string, string>>): Promise<Bridge> {
  const service = bridge(env);
  await service.put("pair", pair);
  return service;
}

describe("models", () => {
  test("are told with a version that is a number, aliases first in the order given, then ids", async () => {
    const service = bridge();
    const { graph: plain } = await service.ok("graph.put", { graph: { expression: "x+1" } });
    const b = await service.put("b", { expression: "x" });
    const a = await service.put("a", { expression: "x*2" });
    await service.put("b", { expression: "x*2" });
    const { body, headers } = await service.app.inject({ url: "/Info" });
    expect(body).toMatch(/^{"protocolVersion":1,"models":\["b","a",/);
    expect(headers["content-type"]).toMatch(/^application\/json/);
    expect(JSON.parse(body).models).toEqual(["b", "a", ...[plain, a, b].sort()]);
  });

  test("are aliases only where graphs are not listed", async () => {
    const service = bridge({ GRAPH_ADMIN: "false" });
    await service.put("only", { expression: "x" });
    expect((await service.app.inject({ url: "/Info" })).json()).toEqual({ protocolVersion: 1, models: ["only"] });
  });

  test("are found by alias and by id, listed or not, and tell sizes as integers", async () => {
    const service = bridge({ GRAPH_ADMIN: "false" });
    const id = await service.put("pair", pair);
    for (const name of ["pair", id]) {
      expect((await service.ask("/InputSizes", { name })).text).toBe('{"inputSizes":[2,4]}');
      expect((await service.ask("/OutputSizes", { name, config: {} })).text).toBe('{"outputSizes":[1,3]}');
      expect(await service.good("/ModelInfo", { name })).toEqual({
        support: { Evaluate: true, Gradient: true, ApplyJacobian: true, ApplyHessian: true },
      });
    }
  });

  test("without a float input or output are evaluated only", async () => {
    const service = bridge();
    await service.put("ints", {
      inputs: [{ name: "i", dtype: "int32" }],
      nodes: [{ id: "j", op: "add", args: ["i", "i"] }],
      outputs: ["j"],
    });
    await service.put("test", {
      inputs: [{ name: "x" }],
      nodes: [{ id: "b", op: "less", args: ["x", 1] }],
      outputs: ["b"],
    });
    for (const name of ["ints", "test"]) {
      expect((await service.good("/ModelInfo", { name })).support).toEqual({
        Evaluate: true,
        Gradient: false,
        ApplyJacobian: false,
        ApplyHessian: false,
      });
      for (const route of routes.slice(4)) {
        expect(await service.bad(route, { name })).toMatchObject({ status: 400, type: "UnsupportedFeature" });
      }
    }
    expect(await service.good("/Evaluate", { name: "test", input: [[0.5]] })).toEqual({ output: [[1]] });
  });

  test("that do not exist are not found on any route, before anything else is looked at", async () => {
    const service = await withPair();
    for (const route of routes) {
      const error = await service.bad(route, { name: "nowhere", config: 7, input: "x" });
      expect(error).toMatchObject({ status: 400, type: "ModelNotFound" });
      expect(error.message).toContain('there are "pair"');
    }
    expect((await service.bad("/Evaluate", { name: `sha256:${"0".repeat(64)}` })).type).toBe("ModelNotFound");
  });
});

describe("what is computed", () => {
  test("is all outputs, flattened", async () => {
    const service = await withPair();
    expect((await service.ask("/Evaluate", { name: "pair", input: [x, y], more: "ignored" })).text).toBe(
      '{"output":[[2],[1,1,1]]}',
    );
    expect(await service.good("/Evaluate", { name: "pair", input: [x, y], config: null })).toEqual({
      output: [[2], [1, 1, 1]],
    });
  });

  test("is what our own methods give", async () => {
    const service = await withPair();
    const inputs = { x, y: [y.slice(0, 2), y.slice(2)] };
    const at = { name: "pair", input: [x, y] };
    const sens = [1, -2, 3];
    const vec = [0.5, 1, -1, 2];
    const { cotangents } = await service.ok("vjp", { graph: pair, inputs, seeds: { v: sens }, of: ["v"] });
    expect(await service.good("/Gradient", { ...at, outWrt: 1, inWrt: 0, sens })).toEqual({ output: cotangents.x });
    expect(await service.good("/Gradient", { ...at, outWrt: 1, inWrt: 1, sens })).toEqual({
      output: cotangents.y.flat(),
    });
    const seeds = { y: [vec.slice(0, 2), vec.slice(2)] };
    const { tangents } = await service.ok("jvp", { graph: pair, inputs, seeds, wrt: ["y"] });
    expect(await service.good("/ApplyJacobian", { ...at, outWrt: 1, inWrt: 1, vec })).toEqual({ output: tangents.v });
    expect(await service.good("/ApplyJacobian", { ...at, outWrt: 0, inWrt: 1, vec })).toEqual({ output: [tangents.s] });
    const weights = { v: sens };
    const { hvp } = await service.ok("hvp", { graph: pair, inputs, seeds, weights });
    const hessian = { ...at, outWrt: 1, sens, vec };
    expect(await service.good("/ApplyHessian", { ...hessian, inWrt1: 0, inWrt2: 1 })).toEqual({ output: hvp.x });
    expect(await service.good("/ApplyHessian", { ...hessian, inWrt1: 1, inWrt2: 1 })).toEqual({ output: hvp.y.flat() });
  });

  test("of a Hessian transposes when the inputs are swapped", async () => {
    const service = await withPair();
    const unit = (n: number, i: number) => Array.from({ length: n }, (_, k) => Number(k === i));
    const column = async (inWrt1: number, inWrt2: number, vec: number[]) =>
      (await service.good("/ApplyHessian", { name: "pair", input: [x, y], outWrt: 0, sens: [2], inWrt1, inWrt2, vec }))
        .output;
    const block = await Promise.all([0, 1, 2, 3].map((i) => column(0, 1, unit(4, i))));
    const transposed = await Promise.all([0, 1].map((i) => column(1, 0, unit(2, i))));
    expect(transposed).toEqual([0, 1].map((i) => block.map((row) => row[i])));
    expect(block.flat().some((entry) => entry !== 0)).toBe(true);
  });

  test("of calls that differ in their numbers only is each call's own", async () => {
    const service = bridge();
    await service.put("product", {
      inputs: [{ name: "a", shape: [2] }, { name: "b" }],
      nodes: [{ id: "y", op: "multiply", args: ["a", "b"] }],
      outputs: ["y"],
    });
    for (let b = 1; b <= 4; b++) {
      const at = { name: "product", input: [[b, 2], b] };
      expect(await service.good("/Evaluate", at)).toEqual({ output: [[b * b, 2 * b]] });
      const slope = { ...at, outWrt: 0, inWrt: 0 };
      expect(await service.good("/Gradient", { ...slope, sens: [1, b] })).toEqual({ output: [b, b * b] });
      expect(await service.good("/ApplyJacobian", { ...slope, inWrt: 1, vec: b })).toEqual({ output: [b * b, 2 * b] });
      const infinite = { ...at, input: [["Infinity", 2], b] };
      expect(await service.bad("/Evaluate", infinite)).toMatchObject({ type: "InvalidOutput" });
    }
  });

  test("keeps every double that is finite", async () => {
    const service = bridge();
    await service.put("same", { inputs: [{ name: "x", shape: [5] }], outputs: ["x"] });
    const values = "[5e-324,1e300,9007199254740994,0.1,-1.7976931348623157e308]";
    const { json } = await service.ask("/Evaluate", `{"name":"same","input":[${values}]}`);
    expect(json.output[0]).toEqual(JSON.parse(values));
  });

  test("takes a bare number where a vector of one is due, and nothing where none is", async () => {
    const service = bridge();
    await service.put("f", { expression: "x*y" });
    await service.put("empty", {
      inputs: [{ name: "x", shape: [0, 3] }],
      nodes: [{ id: "s", op: "sum", args: ["x"] }],
      outputs: ["s", "x"],
    });
    expect(await service.good("/Evaluate", { name: "f", input: [3, [2]] })).toEqual({ output: [[6]] });
    const at = { name: "f", input: [3, 2], outWrt: 0, inWrt: 0 };
    expect(await service.good("/Gradient", { ...at, sens: 2 })).toEqual({ output: [4] });
    expect(await service.good("/ApplyJacobian", { ...at, vec: 2 })).toEqual({ output: [4] });
    expect(await service.good("/ApplyHessian", { ...at, inWrt1: 0, inWrt2: 1, sens: 2, vec: 5 })).toEqual({
      output: [10],
    });
    expect(await service.good("/InputSizes", { name: "empty" })).toEqual({ inputSizes: [0] });
    expect(await service.good("/Evaluate", { name: "empty", input: [[]] })).toEqual({ output: [[0], []] });
  });

  test("takes integral values for int32 and bool, rounds float32, and answers numbers", async () => {
    const service = bridge();
    await service.put("mixed", mixed);
    const at = { name: "mixed", input: [[3], [1, 0], [0.1], [0.25, 7]] };
    const { output } = await service.good("/Evaluate", at);
    expect(output).toEqual([[0.25 * Math.fround(0.1)], [6], [0, 1]]);
    expect(await service.good("/Gradient", { ...at, outWrt: 0, inWrt: 3, sens: [1] })).toEqual({
      output: [Math.fround(0.1), 0],
    });
    for (const [i, wrong] of [
      [0, [1.5]],
      [0, [2 ** 31]],
      [1, [2, 0]],
      [1, [0.5, 1]],
      [0, [true]],
    ] as const) {
      const input = at.input.with(i, [...wrong] as number[]);
      const error = await service.bad("/Evaluate", { ...at, input });
      expect(error).toMatchObject({ status: 400, type: "InvalidInput" });
      expect(error.message).toContain(`input ${i} ("${mixed.inputs[i]!.name}")`);
    }
    expect((await service.bad("/Gradient", { ...at, outWrt: 0, inWrt: 0, sens: [1] })).message).toContain("int32");
    expect((await service.bad("/Gradient", { ...at, outWrt: 2, inWrt: 3, sens: [1] })).message).toContain("bool");
  });
});

describe("config", () => {
  test("fixes the inputs that it names, which leave sizes, input and numbers", async () => {
    const service = await withPair();
    const config = { x };
    expect(await service.good("/InputSizes", { name: "pair", config })).toEqual({ inputSizes: [4] });
    expect(await service.good("/Evaluate", { name: "pair", config, input: [y] })).toEqual({ output: [[2], [1, 1, 1]] });
    const whole = await service.good("/Gradient", { name: "pair", input: [x, y], outWrt: 0, inWrt: 1, sens: [1] });
    expect(
      await service.good("/Gradient", { name: "pair", config, input: [y], outWrt: 0, inWrt: 0, sens: [1] }),
    ).toEqual(whole);
    const hessian = { name: "pair", outWrt: 0, sens: [1], vec: [1, 2, 3, 4] };
    expect(await service.good("/ApplyHessian", { ...hessian, config, input: [y], inWrt1: 0, inWrt2: 0 })).toEqual(
      await service.good("/ApplyHessian", { ...hessian, input: [x, y], inWrt1: 1, inWrt2: 1 }),
    );
    const form = { shape: [2], dtype: "float64", data: Buffer.from(new Float64Array(x).buffer).toString("base64") };
    expect(await service.good("/Evaluate", { name: "pair", config: { x: form }, input: [y] })).toEqual({
      output: [[2], [1, 1, 1]],
    });
  });

  test("takes a list of one for a scalar, as R writes it", async () => {
    const service = bridge();
    await service.put("scaled", { expression: "scale * x" });
    for (const scale of [2, [2]]) {
      expect(await service.good("/Evaluate", { name: "scaled", config: { scale }, input: [[3]] })).toEqual({
        output: [[6]],
      });
    }
  });

  test("with any other member is refused, as nothing is ignored", async () => {
    const service = await withPair();
    for (const config of [{ scale: 2 }, { x: 1 }, { x: [1, "a"] }, { x: null }, [], [1], 7, "x", true]) {
      for (const route of routes.slice(1)) {
        expect(await service.bad(route, { name: "pair", config })).toMatchObject({ status: 400, type: "InvalidInput" });
      }
    }
    expect((await service.bad("/Evaluate", { name: "pair", config: { scale: 2 } })).message).toContain('"scale"');
  });
});

describe("faults", () => {
  test("are looked for in the protocol's order", async () => {
    const service = await withPair();
    const faults: readonly (readonly [Record<string, unknown>, RegExp])[] = [
      [{ name: 7 }, /"name"/],
      [{ name: "pair", config: { a: 1 } }, /"config"/],
      [{ config: {}, input: [x] }, /"input": expected 2 vectors/],
      [{ input: [x, [1, "a"]] }, /input 1 \("y"\): expected 4 elements, received a list of 2/],
      [{ input: [[1, "a"], y] }, /input 0 \("x"\), element 1: expected a number/],
      [
        { input: [x, y], outWrt: 2, inWrt1: 5, inWrt: 5 },
        /"outWrt": expected the number of an output, from 0 to 1, received 2/,
      ],
      [{ outWrt: 0, inWrt: -1, inWrt1: -1, inWrt2: -1, sens: 5 }, /"inWrt1?"/],
      [{ inWrt: 0, inWrt1: 0, inWrt2: 2, sens: [1, 2], vec: [] }, /"(inWrt2|sens|vec)"/],
      [{ inWrt2: 1, sens: [1, 2], vec: [1] }, /"(sens|vec)"/],
    ];
    for (const route of ["/Gradient", "/ApplyJacobian", "/ApplyHessian"]) {
      let body: Record<string, unknown> = {};
      for (const [change, message] of faults) {
        body = { ...body, ...change };
        const error = await service.bad(route, body);
        expect(error).toMatchObject({ status: 400, type: "InvalidInput" });
        expect(error.message).toMatch(message);
      }
    }
    const hessian = { name: "pair", input: [x, y], outWrt: 0, inWrt1: 0, inWrt2: 1 };
    expect((await service.bad("/ApplyHessian", { ...hessian, sens: [1], vec: [1, 2] })).message).toContain('"vec"');
    expect((await service.bad("/ApplyHessian", { ...hessian, sens: ["a"], vec: [1, 2] })).message).toContain('"sens"');
  });

  test("of JSON are invalid input: literals that it has not, and numbers that overflow", async () => {
    const service = await withPair();
    const bodies = [
      "",
      "{",
      "[]",
      "7",
      "null",
      '{"name":"pair","input":[[NaN,1],[1,2,3,4]]}',
      '{"name":"pair","input":[[1e999,1],[1,2,3,4]]}',
      `{"name":${"[".repeat(100)}`,
    ];
    for (const body of bodies) {
      for (const route of routes.slice(3)) {
        expect(await service.bad(route, body)).toMatchObject({ status: 400, type: "InvalidInput" });
      }
    }
    for (const number of ["outWrt", "inWrt"]) {
      for (const value of ["0", 0.5, null, true, [0], -1, 1e9]) {
        const body = { name: "pair", input: [x, y], outWrt: 0, inWrt: 0, sens: [1], [number]: value };
        expect((await service.bad("/Gradient", body)).message).toContain(`"${number}"`);
      }
    }
  });

  test("in an answer are told with the output, the element and the value", async () => {
    const service = bridge();
    const logarithm = {
      inputs: [{ name: "x", shape: [3] }],
      nodes: [{ id: "y", op: "log", args: ["x"] }],
      outputs: ["x", "y"],
    };
    await service.put("log", logarithm);
    const at = { name: "log", input: [[1, 0, -1]] };
    const error = await service.bad("/Evaluate", at);
    expect(error).toMatchObject({ status: 500, type: "InvalidOutput" });
    expect(error.message).toMatch(/output 1 \("y"\), element 1: the value is -Infinity/);
    const slope = await service.bad("/Gradient", { ...at, outWrt: 1, inWrt: 0, sens: [1, 1, 1] });
    expect(slope).toMatchObject({ status: 500, type: "InvalidOutput" });
    expect((await service.bad("/Evaluate", { ...at, input: [["NaN", 1, 1]] })).message).toContain("output 0");
    const literal = bridge({ UMBRIDGE_NONFINITE: "literal" });
    await literal.put("log", logarithm);
    expect((await literal.ask("/Evaluate", { ...at, input: [["NaN", 0, "Infinity"]] })).text).toBe(
      '{"output":[[NaN,0,Infinity],[NaN,-Infinity,Infinity]]}',
    );
  });

  test("of limits and deadlines have the form of all others", async () => {
    const service = await withPair({ LIMIT_BODY_BYTES: "1000", LIMIT_OPERATIONS: "5", LIMIT_ELEMENTS: "10" });
    expect(await service.bad("/Evaluate", { name: "pair", input: [x, y], more: "x".repeat(1000) })).toMatchObject({
      status: 413,
      type: "LimitExceeded",
    });
    expect(await service.bad("/Evaluate", { name: "pair", input: [x, y] })).toMatchObject({
      status: 413,
      type: "LimitExceeded",
    });
  });
});

describe("routes", () => {
  test("take bodies of any content type or none", async () => {
    const service = await withPair();
    for (const type of [
      undefined,
      "application/json",
      "application/octet-stream",
      "application/x-www-form-urlencoded",
      "image/png",
    ]) {
      const headers = type ? { "content-type": type } : {};
      expect((await service.ask("/InputSizes", '{"name":"pair"}', headers)).text).toBe('{"inputSizes":[2,4]}');
    }
    expect((await service.ask("/InputSizes", '{"name":"pair"}', { accept: "text/html" })).status).toBe(200);
  });

  test("are the same with two slashes, and answer HEAD", async () => {
    const service = await withPair();
    expect((await service.ask("//InputSizes", { name: "pair" })).status).toBe(200);
    expect((await service.app.inject({ url: "//Info?a=//b" })).statusCode).toBe(200);
    for (const url of ["/Info", "/Evaluate", "//Evaluate"]) {
      const { statusCode, body } = await service.app.inject({ method: "HEAD", url });
      expect([statusCode, body]).toEqual([200, ""]);
    }
  });

  test("of shared memory do not exist", async () => {
    const service = await withPair();
    for (const name of ["Test", "Evaluate", "Gradient", "ApplyJacobian", "ApplyHessian"]) {
      expect(await service.bad(`/${name}ShMem`, { name: "pair" })).toMatchObject({ status: 404 });
      const asked = await service.app.inject({ url: `/${name}ShMem` });
      expect([asked.statusCode, Object.keys(asked.json())]).toEqual([404, ["error"]]);
    }
  });

  test("never answer with a problem document", async () => {
    const service = await withPair();
    for (const [method, url] of [
      ["GET", "/Evaluate"],
      ["POST", "/Info"],
      ["PUT", "/Gradient"],
      ["DELETE", "/ModelInfo"],
    ] as const) {
      const answer = await service.app.inject({ method, url });
      expect(answer.statusCode).toBe(405);
      expect(answer.headers.allow).toBe(url === "/Info" ? "GET, HEAD" : "POST, HEAD");
      expect(Object.keys(answer.json())).toEqual(["error"]);
    }
    const foreign = await service.ask("/Evaluate", {}, { origin: "https://elsewhere.example" });
    expect([foreign.status, Object.keys(foreign.json)]).toEqual([403, ["error"]]);
    const rebound = await service.ask("/Evaluate", {}, { host: "elsewhere.example" });
    expect([rebound.status, Object.keys(rebound.json)]).toEqual([403, ["error"]]);
  });

  test("are case-sensitive, and none are there where they are switched off", async () => {
    const service = await withPair();
    expect((await service.ask("/evaluate", { name: "pair" })).status).toBe(404);
    const off = bridge({ UMBRIDGE: "false" });
    for (const route of routes) expect((await off.ask(route, { name: "pair" })).status).toBe(404);
    expect((await off.app.inject({ url: "/Info" })).statusCode).toBe(404);
  });

  test("have no names by which others could call them", async () => {
    const service = await withPair();
    expect(await service.fails("umbridge.Evaluate", { body: {} })).toMatchObject({ code: -32601 });
    expect((await service.ask("/v1/umbridge.Evaluate", {})).status).toBe(404);
    const { methods } = await service.ok("rpc.discover");
    expect(methods.filter(({ name }: { name: string }) => name.startsWith("umbridge"))).toEqual([]);
  });

  test("count as calls", async () => {
    const service = await withPair();
    await service.good("/Evaluate", { name: "pair", input: [x, y] });
    await service.bad("/Evaluate", { name: "none" });
    const { body } = await service.app.inject({ url: "/metrics" });
    expect(body).toContain('cotangent_requests_total{method="umbridge.Evaluate",outcome="ok"} 1');
    expect(body).toContain('cotangent_requests_total{method="umbridge.Evaluate",outcome="graph_not_found"} 1');
  });
});
