import { describe, expect, test } from "vitest";
import { sent, type Tesseracts, tesseracts } from "./tesseract-service.ts";

// `a-y` is b·Σx² and a scalar, `w` is Σf·x.
const graph = {
  name: "A model of two outputs",
  inputs: [
    { name: "x", shape: [3] },
    { name: "b.x" },
    { name: "f", shape: [2], dtype: "float32" },
    { name: "n", dtype: "int32" },
    { name: "on", dtype: "bool" },
  ],
  nodes: [
    { id: "squares", op: "square", args: ["x"] },
    { id: "z", op: "sum", args: ["squares"] },
    { id: "zb", op: "multiply", args: ["z", "b.x"] },
    { id: "total", op: "sum", args: ["f"] },
    { id: "w", op: "multiply", args: ["total", "x"] },
  ],
  outputs: [{ name: "a-y", node: "zb" }, "w", { name: "g", node: "f", dtype: "float32" }, "n", "on"],
};
const x = [1, 2, 3];
const inputs = { x, "b.x": 2, f: [1, 2], n: 3, on: true };
const line = { inputs: [{ name: "x" }], nodes: [{ id: "y", op: "square", args: ["x"] }], outputs: ["y"] };

async function withGraph(env?: Readonly<Record<string, string>>): Promise<Tesseracts> {
  const service = tesseracts(env);
  await service.put("t", graph);
  await service.put("line", line);
  return service;
}

describe("a Tesseract", () => {
  test("describes itself as its clients read it", async () => {
    const service = await withGraph();
    const { headers, ...answer } = await service.app.inject({ url: "/tesseract/t/openapi.json", payload: "" });
    const document = answer.json();
    expect(headers["content-type"]).toBe("application/json");
    expect(document).toMatchObject({
      openapi: "3.1.0",
      info: { title: "A model of two outputs", version: expect.any(String) },
      servers: [{ url: "/tesseract/t" }],
      "x-supported-output-formats": ["json", "json+base64"],
      "x-supported-gpu-transports": ["none"],
      "x-supported-compressions": ["none"],
    });
    expect(Object.keys(document.paths).sort()).toEqual([
      "/abstract_eval",
      "/apply",
      "/health",
      "/jacobian",
      "/jacobian_vector_product",
      "/vector_jacobian_product",
    ]);
    const {
      Apply_InputSchema: input,
      Apply_OutputSchema: output,
      ApplyInputSchema,
      ApplyOutputSchema,
    } = document.components.schemas;
    expect(Object.keys(input.properties)).toEqual(["x", "b.x", "f", "n", "on"]);
    expect(input).toMatchObject({
      type: "object",
      required: ["x", "b.x", "f", "n", "on"],
      additionalProperties: false,
    });
    expect(Object.keys(output.properties)).toEqual(["a-y", "w", "g", "n", "on"]);
    expect(input.properties.x).toMatchObject({
      type: "object",
      properties: { object_type: { const: "array" } },
      required: ["shape", "dtype", "data"],
      array_flags: ["DIFFERENTIABLE"],
    });
    expect(input.properties.n.array_flags).toEqual([]);
    expect(ApplyInputSchema.properties.inputs).toEqual({ $ref: "#/components/schemas/Apply_InputSchema" });
    expect(ApplyInputSchema.differentiable_arrays).toEqual({
      x: { shape: [3], dtype: "float64" },
      "b.x": { shape: [], dtype: "float64" },
      f: { shape: [2], dtype: "float32" },
    });
    expect(ApplyInputSchema.field_order).toEqual({ "": ["x", "b.x", "f", "n", "on"] });
    expect(ApplyOutputSchema.field_order).toEqual({ "": ["a-y", "w", "g", "n", "on"] });
  });

  test("is named by alias or id, its colon escaped or not", async () => {
    const service = await withGraph();
    const { graph: id } = await service.ok("graph.put", { graph: line });
    for (const name of ["line", id, id.replace(":", "%3A")]) {
      expect(await service.good(`${name}/apply`, { inputs: { x: 3 } })).toEqual({ y: ["float64[]", 9] });
      const health = await service.app.inject({ url: `/tesseract/${name}/health`, payload: "null" });
      expect([health.statusCode, health.body]).toEqual([200, '{"status":"ok"}']);
    }
    const { info } = (await service.app.inject({ url: `/tesseract/${id}/openapi.json` })).json();
    expect(info.title).toBe(id);
  });

  test("that does not exist is a problem document, as is all but 422", async () => {
    const service = await withGraph({ LIMIT_BODY_BYTES: "5000" });
    const problem = (answer: { status: number; type: string }, status: number) =>
      expect([answer.status, answer.type]).toEqual([status, "application/problem+json; charset=utf-8"]);
    problem(await service.ask("nowhere/apply", { inputs: {} }), 404);
    problem(await service.ask("a%20b/apply", { inputs: {} }), 404);
    problem(await service.ask("t/nothing", {}), 404);
    problem(await service.ask("t/apply", { inputs: { x: "x".repeat(6000) } }), 413);
    problem(await service.ask("t/apply", { inputs }, { accept: "text/html" }), 406);
    problem(await service.ask("t/health", {}), 405);
    for (const method of ["GET", "PUT", "DELETE"] as const) {
      const { statusCode: status, headers } = await service.app.inject({ method, url: "/tesseract/t/apply" });
      problem({ status, type: String(headers["content-type"]) }, 405);
      expect(headers.allow).toBe("POST, HEAD");
    }
    for (const endpoint of ["health", "openapi.json"]) {
      expect((await service.app.inject({ url: `/tesseract/nowhere/${endpoint}` })).statusCode).toBe(404);
    }
  });

  test("without a float input or output has no derivatives", async () => {
    const service = tesseracts();
    await service.put("ints", { inputs: [{ name: "i", dtype: "int32" }], outputs: ["i"] });
    const { paths, components } = (await service.app.inject({ url: "/tesseract/ints/openapi.json" })).json();
    expect(Object.keys(paths).sort()).toEqual(["/abstract_eval", "/apply", "/health"]);
    expect(components.schemas.ApplyInputSchema.differentiable_arrays).toEqual({});
    for (const endpoint of ["jacobian", "jacobian_vector_product", "vector_jacobian_product"]) {
      expect((await service.ask(`ints/${endpoint}`, {})).status).toBe(404);
    }
  });

  test("sends people to the reference page", async () => {
    const service = await withGraph();
    const { statusCode, headers } = await service.app.inject({ url: "/tesseract/t" });
    expect([statusCode, headers.location]).toEqual([302, "/docs"]);
  });
});

describe("what is computed", () => {
  test("is what our own methods give, in the dtypes that are due", async () => {
    const service = await withGraph();
    expect(await service.good("t/apply?run_id=7", { inputs })).toEqual({
      "a-y": ["float64[]", 28],
      w: ["float64[3]", [3, 6, 9]],
      g: ["float32[2]", [1, 2]],
      n: ["int32[]", 3],
      on: ["bool[]", true],
    });
    const jacobian = await service.good("t/jacobian", {
      inputs,
      jac_inputs: ["x", "f", "x"],
      jac_outputs: ["a-y", "g"],
    });
    expect(jacobian).toEqual({
      "a-y": { x: ["float64[3]", [4, 8, 12]], f: ["float64[2]", [0, 0]] },
      g: {
        x: [
          "float32[2,3]",
          [
            [0, 0, 0],
            [0, 0, 0],
          ],
        ],
        f: [
          "float32[2,2]",
          [
            [1, 0],
            [0, 1],
          ],
        ],
      },
    });
    const jvp = {
      inputs,
      jvp_inputs: ["x", "f"],
      jvp_outputs: ["g", "w"],
      tangent_vector: { f: [1, 0], x: [1, 0, 0] },
    };
    expect(await service.good("t/jacobian_vector_product", jvp)).toEqual({
      g: ["float32[2]", [1, 0]],
      w: ["float64[3]", [4, 2, 3]],
    });
    const vjp = { inputs, vjp_inputs: ["x", "f"], vjp_outputs: ["w"], cotangent_vector: { w: [1, 0, 1] } };
    expect(await service.good("t/vector_jacobian_product", vjp)).toEqual({
      x: ["float64[3]", [3, 0, 3]],
      f: ["float32[2]", [4, 4]],
    });
  });

  test("answers cotangents in the dtype in which an array was sent", async () => {
    const service = await withGraph();
    const vjp = { vjp_inputs: ["x"], vjp_outputs: ["y"], cotangent_vector: { y: 1 } };
    for (const [dtype, answered] of [
      ["float32", "float32"],
      ["float64", "float64"],
      ["float16", "float64"],
      ["int64", "float64"],
    ] as const) {
      const body = { ...vjp, inputs: { x: sent([], dtype, [3]) } };
      expect(await service.good("line/vector_jacobian_product", body)).toEqual({ x: [`${answered}[]`, 6] });
    }
  });

  test("tells shapes and dtypes without computing", async () => {
    const service = await withGraph();
    const abstract = {
      x: { shape: [3], dtype: "float64", weak_type: false },
      "b.x": 2,
      f: [1, 2],
      n: { shape: [], dtype: "int64" },
      on: false,
    };
    expect((await service.ask("t/abstract_eval", { inputs: abstract }, { accept: "text/html" })).json).toEqual({
      "a-y": { shape: [], dtype: "float64" },
      w: { shape: [3], dtype: "float64" },
      g: { shape: [2], dtype: "float32" },
      n: { shape: [], dtype: "int32" },
      on: { shape: [], dtype: "bool" },
    });
    const lead = await service.ask("t/abstract_eval", {
      inputs: { ...abstract, x: { shape: [4, 1, 3], dtype: "float32" }, "b.x": { shape: [5], dtype: "float64" } },
    });
    expect(lead.json.w).toEqual({ shape: [4, 5, 3], dtype: "float64" });
    expect(
      await service.faults("t/abstract_eval", {
        inputs: { ...abstract, x: { shape: [2] }, f: { shape: [2], dtype: "complex64" } },
      }),
    ).toEqual(["missing body.inputs.x.dtype", "array_dtype_mismatch body.inputs.f.dtype"]);
    expect(await service.faults("t/abstract_eval", { inputs: { ...abstract, x: {} } })).toEqual([
      "missing body.inputs.x.shape",
      "missing body.inputs.x.dtype",
    ]);
  });
});

describe("leading axes", () => {
  const points = (rows: number, columns = 3) =>
    Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => i + j));

  test("broadcast together, and stand before every array of the answer", async () => {
    const service = await withGraph();
    const all = { ...inputs, x: points(4), "b.x": [1, 2, 3, 4] };
    const answer = await service.good("t/apply", { inputs: all });
    expect(answer["a-y"]).toEqual(["float64[4]", [5, 28, 87, 200]]);
    expect(answer.n).toEqual(["int32[4]", [3, 3, 3, 3]]);
    const crossed = await service.good("t/apply", {
      inputs: { ...inputs, x: points(4).map((row) => [row]), "b.x": [1, 10] },
    });
    expect(crossed["a-y"]).toEqual([
      "float64[4,2]",
      [
        [5, 50],
        [14, 140],
        [29, 290],
        [50, 500],
      ],
    ]);
    const ones = await service.good("t/apply", { inputs: { ...inputs, x: [[x]], "b.x": [2] } });
    expect([ones["a-y"], ones.w]).toEqual([
      ["float64[1,1]", [[28]]],
      ["float64[1,1,3]", [[[3, 6, 9]]]],
    ]);
    const shared = await service.good("t/apply", { inputs: { ...inputs, x: [x], "b.x": [1, 2] } });
    expect(shared["a-y"]).toEqual(["float64[2]", [14, 28]]);
  });

  test("of tangents and cotangents too, whose derivatives are per point", async () => {
    const service = await withGraph();
    const jvp = { jvp_inputs: ["x"], jvp_outputs: ["y"] };
    expect(
      await service.good("line/jacobian_vector_product", {
        ...jvp,
        inputs: { x: [1, 2] },
        tangent_vector: { x: [[1], [10], [100]] },
      }),
    ).toEqual({
      y: [
        "float64[3,2]",
        [
          [2, 4],
          [20, 40],
          [200, 400],
        ],
      ],
    });
    const vjp = { vjp_inputs: ["x"], vjp_outputs: ["y"] };
    expect(
      await service.good("line/vector_jacobian_product", { ...vjp, inputs: { x: 3 }, cotangent_vector: { y: [1, 2] } }),
    ).toEqual({
      x: ["float64[2]", [6, 12]],
    });
  });

  test("of length 0 give empty arrays", async () => {
    const service = await withGraph();
    const none = { ...inputs, x: sent([0, 3], "float64", []) };
    const { status, json } = await service.ask("t/apply", { inputs: none }, { accept: "application/*" });
    expect(status).toBe(200);
    expect(json.w).toEqual({
      object_type: "array",
      shape: [0, 3],
      dtype: "float64",
      data: { buffer: "", encoding: "base64" },
    });
    expect(json.on.shape).toEqual([0]);
    const vjp = {
      inputs: { x: sent([2, 0], "float32", []) },
      vjp_inputs: ["x"],
      vjp_outputs: ["y"],
      cotangent_vector: { y: 1 },
    };
    expect(await service.good("line/vector_jacobian_product", vjp, { accept: "application/*" })).toEqual({
      x: ["float32[2,0]", []],
    });
  });

  test("that do not broadcast, or of a jacobian, or inside the declared shape, are refused", async () => {
    const service = await withGraph();
    expect(await service.faults("t/apply", { inputs: { ...inputs, x: points(4), "b.x": [1, 2, 3] } })).toEqual([
      "array_shape_mismatch body.inputs.b.x",
    ]);
    expect(
      await service.faults("t/jacobian", { inputs: { ...inputs, x: [x] }, jac_inputs: ["x"], jac_outputs: ["w"] }),
    ).toEqual(["array_dimensionality_mismatch body.inputs.x"]);
    expect(await service.faults("t/apply", { inputs: { ...inputs, x: [[1]] } })).toEqual([
      "array_shape_mismatch body.inputs.x",
    ]);
    expect(await service.faults("t/apply", { inputs: { ...inputs, x: 1 } })).toEqual([
      "array_dimensionality_mismatch body.inputs.x",
    ]);
  });

  test("that would spread over more points or memory than a call may have are refused before that is taken", async () => {
    const service = tesseracts({ LIMIT_POINTS: "1000" });
    await service.put("two", {
      inputs: [{ name: "a" }, { name: "b" }],
      nodes: [{ id: "y", op: "add", args: ["a", "b"] }],
      outputs: ["y"],
    });
    const many = Array.from({ length: 40 }, (_, i) => i);
    const { status, json } = await service.ask("two/apply", { inputs: { a: many.map((i) => [i]), b: many } });
    expect([status, json.data.limit]).toEqual([413, "points"]);
    const small = tesseracts({ LIMIT_LIVE_BYTES: "10000" });
    await small.put("two", {
      inputs: [{ name: "a", shape: [40] }, { name: "b" }],
      nodes: [{ id: "y", op: "add", args: ["a", "b"] }],
      outputs: ["y"],
    });
    const spread = await small.ask("two/apply", { inputs: { a: [[many], [many]], b: [many] } });
    expect([spread.status, spread.json.data.limit]).toEqual([413, "liveBytes"]);
  });
});

describe("arrays", () => {
  const inT = (member: string, value: unknown) => ({ inputs: { ...inputs, [member]: value } });

  test("are taken in every dtype whose values are kept", async () => {
    const service = await withGraph();
    for (const dtype of [
      "float16",
      "float32",
      "float64",
      "int8",
      "int16",
      "int32",
      "int64",
      "uint8",
      "uint16",
      "uint32",
      "uint64",
      "bool",
    ] as const) {
      const answer = await service.good("t/apply", inT("n", sent([], dtype, [1])));
      expect(answer.n).toEqual(["int32[]", 1]);
      expect((await service.good("t/apply", inT("b.x", sent([], dtype, [1]))))["a-y"]).toEqual(["float64[]", 14]);
      expect((await service.good("t/apply", inT("on", sent([], dtype, [0])))).on).toEqual(["bool[]", false]);
    }
    expect((await service.good("t/apply", inT("f", sent([2], "float64", [0.1, 1])))).g[1]).toEqual(
      [Math.fround(0.1), 1].map((v) => JSON.parse(String(v))),
    );
  });

  test("are refused where a value would change", async () => {
    const service = await withGraph();
    const cases: readonly (readonly [string, unknown, string])[] = [
      ["n", sent([], "float64", [1.5]), "array_expected_integer"],
      ["n", 1.5, "array_expected_integer"],
      ["n", sent([], "int64", [2 ** 31]), "array_dtype_mismatch"],
      ["n", sent([], "float64", [Number.NaN]), "array_dtype_mismatch"],
      ["on", sent([], "int32", [2]), "array_dtype_mismatch"],
      ["f", sent([2], "int32", [2 ** 24 + 1, 0]), "array_dtype_mismatch"],
    ];
    for (const [member, value, type] of cases) {
      expect(await service.faults("t/apply", inT(member, value))).toEqual([`${type} body.inputs.${member}`]);
    }
    const odd = {
      shape: [],
      dtype: "int64",
      data: { buffer: Buffer.from(new BigInt64Array([2n ** 53n + 1n]).buffer).toString("base64"), encoding: "base64" },
    };
    expect(await service.faults("t/apply", inT("b.x", odd))).toEqual(["array_dtype_mismatch body.inputs.b.x"]);
  });

  test("are numbers flat or nested too, with our words for what JSON has no number for", async () => {
    const service = await withGraph();
    const numbers = (buffer: unknown, shape = [2, 3], encoding = "json") => ({
      object_type: "array",
      shape,
      dtype: "float64",
      data: { buffer, encoding },
    });
    for (const buffer of [
      [1, 2, 3, 1, 2, 3],
      [x, x],
    ]) {
      for (const encoding of ["json", "raw"]) {
        expect((await service.good("t/apply", inT("x", numbers(buffer, [2, 3], encoding)))).w[0]).toBe("float64[2,3]");
      }
    }
    expect((await service.good("t/apply", inT("b.x", numbers(4, []))))["a-y"]).toEqual(["float64[]", 56]);
    const answer = await service.good("t/apply", inT("x", ["NaN", "Infinity", "-Infinity"]));
    expect([answer["a-y"], answer.w]).toEqual([
      ["float64[]", "NaN"],
      ["float64[3]", ["NaN", "Infinity", "-Infinity"]],
    ]);
    for (const [value, type] of [
      [[1, null, 3], "array_non_numeric"],
      ["a", "array_non_numeric"],
      [[1, [2], 3], "array_non_numeric"],
      [[[1, 2, 3], [1]], "array_decode_error"],
    ] as const) {
      expect(await service.faults("t/apply", inT("x", value))).toEqual([`${type} body.inputs.x`]);
    }
    expect(await service.faults("t/apply", inT("x", numbers([1, 2], [2, 3])))).toEqual([
      "array_decode_error body.inputs.x.data.buffer",
    ]);
    expect(await service.faults("t/apply", inT("x", { ...numbers([1, 2.5, 3], [3]), dtype: "int32" }))).toEqual([
      "array_expected_integer body.inputs.x.data.buffer",
    ]);
  });

  test("in other encodings or with other members are refused, each fault where it is", async () => {
    const service = await withGraph();
    const good = sent([3], "float64", x) as {
      shape: number[];
      dtype: string;
      data: { buffer: string; encoding: string };
    };
    const cases: readonly (readonly [unknown, readonly string[]])[] = [
      [{ ...good, data: { ...good.data, encoding: "binref" } }, ["literal_error .data.encoding"]],
      [{ ...good, data: { ...good.data, encoding: "cuda_ipc" } }, ["literal_error .data.encoding"]],
      [{ ...good, data: { ...good.data, compression: "lz4" } }, ["extra_forbidden .data.compression"]],
      [{ ...good, more: 1 }, ["extra_forbidden .more"]],
      [{ ...good, object_type: "tensor" }, ["literal_error .object_type"]],
      [{ ...good, dtype: "complex128" }, ["array_dtype_mismatch .dtype"]],
      [{ ...good, dtype: "constructor" }, ["array_dtype_mismatch .dtype"]],
      [{ ...good, shape: [-1] }, ["array_decode_error .shape"]],
      [{ ...good, shape: [2] }, ["array_decode_error .data.buffer"]],
      [
        { ...good, data: { ...good.data, buffer: good.data.buffer.replace("A", "*") } },
        ["array_decode_error .data.buffer"],
      ],
      [{ ...good, data: { ...good.data, buffer: [1, 2, 3] } }, ["array_decode_error .data.buffer"]],
      [{ ...good, data: { encoding: "json", buffer: [1, null, 3] } }, ["array_decode_error .data.buffer"]],
      [{ ...good, data: { encoding: "raw", buffer: [1, "2", 3] } }, ["array_decode_error .data.buffer"]],
      [{ shape: [3] }, ["missing .dtype", "missing .data"]],
      [{}, ["missing .shape", "missing .dtype", "missing .data"]],
    ];
    for (const [value, faults] of cases) {
      const expected = faults.map((fault) => fault.replace(" ", " body.inputs.x"));
      expect(await service.faults("t/apply", inT("x", value))).toEqual(expected);
    }
  });

  test("have all four members in an answer, in the form that Accept asks for", async () => {
    const service = await withGraph();
    const asked: readonly (readonly [string | undefined, string])[] = [
      [undefined, "json"],
      ["*/*", "json"],
      ["application/json", "json"],
      ["application/json, text/plain, */*", "json"],
      ["application/json; gpu_transport=none", "json"],
      ["application/json+base64", "base64"],
      ["application/*; gpu_transport=none", "base64"],
      ["Application/JSON+Base64; compression=none", "base64"],
      ["application/json;q=0.5, application/json+base64", "base64"],
      ["application/json+binref, */*;q=0.1", "json"],
      ["application/json+base64;gpu_transport=cuda_ipc, application/json", "json"],
    ];
    for (const [accept, form] of asked) {
      const { type, text } = await service.ask("line/apply", { inputs: { x: 3 } }, accept ? { accept } : {});
      expect(type).toBe(form === "json" ? "application/json" : "application/json+base64");
      const data = form === "json" ? '{"buffer":9,"encoding":"json"}' : '{"buffer":"AAAAAAAAIkA=","encoding":"base64"}';
      expect(text).toBe(`{"y":{"object_type":"array","shape":[],"dtype":"float64","data":${data}}}`);
    }
    for (const accept of [
      "text/html",
      "application/json;q=0",
      "application/*; gpu_transport=cuda_ipc",
      "application/json; compression=lz4",
      "application/json+binref",
    ]) {
      expect((await service.ask("line/apply", { inputs: { x: 3 } }, { accept })).status).toBe(406);
    }
  });

  test("that are long are read as those that are short", async () => {
    const service = tesseracts();
    const values = Array.from({ length: 2000 }, (_, i) => i / 8);
    await service.put("same", { inputs: [{ name: "x", shape: [2000] }], outputs: ["x"] });
    expect(await service.good("same/apply", { inputs: { x: sent([2000], "float64", values) } })).toEqual({
      x: ["float64[2000]", values],
    });
    const { data } = sent([2000], "float64", values) as { data: unknown };
    const at = "body.inputs.x.data.buffer";
    for (const array of [
      { shape: [2000], dtype: "float32", data },
      { shape: [1999], dtype: "float64", data },
      { shape: [2, 8000], dtype: "bool", data },
    ]) {
      expect(await service.faults("same/apply", { inputs: { x: array } })).toEqual([`array_decode_error ${at}`]);
    }
  });

  test("of calls that differ in their numbers only are each call's own", async () => {
    const service = await withGraph();
    const vjp = { vjp_inputs: ["x"], vjp_outputs: ["y"] };
    for (const point of [3, -1, "NaN", 0.5]) {
      const answered = (value: unknown) => (point === "NaN" ? "NaN" : value);
      for (const accept of ["application/json", "application/*"]) {
        const got = await service.good("line/apply", { inputs: { x: point } }, { accept });
        const value = accept === "application/json" ? answered(Number(point) ** 2) : [Number(point) ** 2];
        expect(got).toEqual({ y: ["float64[]", value] });
      }
      for (const seed of [1, 2]) {
        const body = { ...vjp, inputs: { x: point }, cotangent_vector: { y: seed } };
        expect(await service.good("line/vector_jacobian_product", body)).toEqual({
          x: ["float64[]", answered(2 * seed * Number(point))],
        });
      }
    }
  });

  test("keep every bit in base64", async () => {
    const service = tesseracts();
    await service.put("same", { inputs: [{ name: "x", shape: [4] }], outputs: ["x"] });
    const values = [-0, Number.NaN, 5e-324, Number.NEGATIVE_INFINITY];
    const array = sent([4], "float64", values) as { data: { buffer: string } };
    const { json } = await service.ask("same/apply", { inputs: { x: array } }, { accept: "application/*" });
    expect(json.x.data.buffer).toBe(array.data.buffer);
  });
});

describe("faults", () => {
  test("are all told at once", async () => {
    const service = await withGraph();
    const { x: _, ...rest } = inputs;
    expect(
      await service.faults("t/vector_jacobian_product", {
        inputs: { ...rest, z: 1, n: 0.5 },
        vjp_inputs: ["q"],
        vjp_outputs: [],
        more: 1,
      }),
    ).toEqual([
      "missing body.cotangent_vector",
      "extra_forbidden body.more",
      "missing body.inputs.x",
      "extra_forbidden body.inputs.z",
      "array_expected_integer body.inputs.n",
      "literal_error body.vjp_inputs",
      "too_short body.vjp_outputs",
    ]);
    expect(await service.faults("t/apply", {})).toEqual(["missing body.inputs"]);
    expect(await service.faults("t/apply", { inputs: [] })).toEqual(["model_attributes_type body.inputs"]);
  });

  test("of JSON are told as such", async () => {
    const service = await withGraph();
    for (const body of ["", "{", `{"inputs":${"[".repeat(100)}`])
      expect(await service.faults("t/apply", body)).toEqual(["json_invalid body.0"]);
    for (const body of ["[]", "null", "7"])
      expect(await service.faults("t/apply", body)).toEqual(["model_attributes_type body"]);
  });

  test("of paths and of the names of seeds stand at their members", async () => {
    const service = await withGraph();
    const jacobian = { inputs, jac_inputs: ["x"], jac_outputs: ["w"] };
    for (const names of [["n"], ["on"], ["nothing"], [7], ["x", null]]) {
      expect(await service.faults("t/jacobian", { ...jacobian, jac_inputs: names })).toEqual([
        "literal_error body.jac_inputs",
      ]);
    }
    expect(await service.faults("t/jacobian", { ...jacobian, jac_outputs: ["n"] })).toEqual([
      "literal_error body.jac_outputs",
    ]);
    expect(await service.faults("t/jacobian", { ...jacobian, jac_inputs: "x" })).toEqual(["list_type body.jac_inputs"]);
    const jvp = { inputs, jvp_inputs: ["x", "b.x"], jvp_outputs: ["w"] };
    for (const tangents of [{ x }, { x, "b.x": 1, f: [1, 1] }, {}, { x, f: [1, 1] }]) {
      expect(await service.faults("t/jacobian_vector_product", { ...jvp, tangent_vector: tangents })).toEqual([
        "value_error body.tangent_vector",
      ]);
    }
    expect(
      await service.faults("t/jacobian_vector_product", { ...jvp, tangent_vector: { x: [1, 2], "b.x": null } }),
    ).toEqual(["array_shape_mismatch body.tangent_vector.x", "array_non_numeric body.tangent_vector.b.x"]);
  });
});
