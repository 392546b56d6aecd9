import * as openRpc from "@open-rpc/meta-schema";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv } from "ajv";
import draft7 from "ajv/dist/refs/json-schema-draft-07.json" with { type: "json" };
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { discoverMethod } from "../../src/rpc/discover.ts";
import { createDispatcher } from "../../src/rpc/dispatch.ts";
import { openApiClientDocument } from "../../src/rpc/documents/client.ts";
import { generatorFaults, mapValues, toOpenApi } from "../../src/rpc/documents/dialect.ts";
import { openApiDocument } from "../../src/rpc/documents/openapi.ts";
import { openRpcDocument } from "../../src/rpc/documents/openrpc.ts";
import { methodSchemas } from "../../src/rpc/documents/schema.ts";
import { ref, wire } from "../../src/rpc/documents/wire.ts";
import { defineMethod } from "../../src/rpc/method.ts";
import { validators } from "../support/openapi.ts";
import { fakeExchange, fakeInfo, fakeMethods } from "./fake.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test looks into documents by hand.
const openApi = openApiDocument(fakeMethods, fakeInfo) as any;
const method = (name: string, params: z.ZodObject, result: z.ZodType = z.null()) =>
  defineMethod()({ name, summary: "", description: "", params, result, errors: [], examples: [], handle: () => null });

describe("the OpenAPI document", () => {
  test("is valid", async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(openApi));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  test("is the same each time", () => {
    expect(JSON.stringify(openApiDocument(fakeMethods, fakeInfo))).toBe(JSON.stringify(openApi));
  });

  test("refers to nothing that is not there, and uses all that is", () => {
    const names = [...JSON.stringify(openApi).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1]);
    expect([...new Set(names)].sort()).toEqual(Object.keys(openApi.components.schemas).sort());
  });

  test("has no union with a member that has no name", () => {
    expect(generatorFaults(openApi)).toEqual([]);
    const schemas = {
      Union: { oneOf: [ref("Level"), { type: "string" }] },
      Level: { type: "integer", enum: [1, 2] },
      Tree: { type: "array", items: ref("Branch") },
      Branch: { type: "object", properties: { tree: ref("Tree") } },
    };
    expect(generatorFaults({ components: { schemas } })).toEqual([
      "/components/schemas/Union/oneOf has a member without a name",
      "/components/schemas/Level/enum has values that are no strings",
      "Tree refers to itself",
      "Branch refers to itself",
    ]);
  });

  test("says schemas as OpenAPI 3.0 does", () => {
    const schema = {
      type: "object",
      properties: {
        step: { type: "number", exclusiveMinimum: 0 },
        count: { type: "integer", minimum: 1, maximum: 10 },
        version: { const: 1 },
        kind: { const: "a" },
        label: { $ref: ref("Label").$ref, description: "beside it" },
        any: { description: "any JSON" },
      },
      propertyNames: { pattern: "^a" },
      additionalProperties: {},
    };
    expect(toOpenApi(schema)).toEqual({
      type: "object",
      properties: {
        step: { type: "number", format: "double", minimum: 0, exclusiveMinimum: true },
        count: { type: "integer", format: "int32", minimum: 1, maximum: 10 },
        version: { type: "integer", format: "int32", minimum: 1, maximum: 1 },
        kind: { type: "string", enum: ["a"] },
        label: ref("Label"),
        any: { description: "any JSON" },
      },
    });
    expect(() => toOpenApi({ anyOf: [] })).toThrow("anyOf");
    expect(() => toOpenApi({ items: { type: ["string", "null"] } })).toThrow("a list of types");
  });

  test("closes what is sent and leaves open what is answered, names what has a name", () => {
    const { GraphPutParams, GraphPutResult, FakeLabel, FakeTensor, FakeNested } = openApi.components.schemas;
    expect(GraphPutParams).toEqual({
      type: "object",
      properties: {
        label: ref("FakeLabel"),
        tensor: ref("FakeTensor"),
        mode: { default: "fast", type: "string", enum: ["fast", "slow"] },
        tags: { type: "object", additionalProperties: ref("FakeTensor") },
      },
      required: ["label", "tensor"],
      additionalProperties: false,
    });
    expect(GraphPutResult).toEqual({
      type: "object",
      properties: { label: ref("FakeLabel"), size: { type: "integer", format: "int64" }, tensor: ref("FakeTensor") },
      required: ["label", "size"],
    });
    expect(FakeLabel.additionalProperties).toBe(false);
    expect(FakeTensor).toEqual({ oneOf: [ref("FakeScalar"), ref("FakeNested")] });
    expect(FakeNested).toEqual({ type: "array", items: {} });
  });

  test("groups a method's errors by status", () => {
    const { operationId, responses } = openApi.paths["/v1/graph.put"].post;
    expect(operationId).toBe("graphPut");
    expect(Object.keys(responses)).toEqual([
      "200",
      "400",
      "401",
      "403",
      "406",
      "408",
      "413",
      "415",
      "422",
      "429",
      "500",
      "503",
    ]);
    expect(responses[422].description).toMatch(/`invalid_graph`.*\n\n`input_mismatch`/);
    const problems = responses[422].content["application/problem+json"];
    expect(problems.schema).toEqual(ref("Problem"));
    expect(Object.keys(problems.examples)).toEqual(["invalid_graph", "input_mismatch"]);
    expect(openApi.components.examples.invalid_graph.value).toMatchObject({
      type: "urn:cotangent:error:invalid_graph",
      status: 422,
      code: -32001,
      data: { type: "invalid_graph" },
    });
  });

  test("describes /rpc as one request per method, or an array of them", () => {
    const { RpcBody, RpcCall, GraphPutRequest, UpdateRequest } = openApi.components.schemas;
    expect(RpcBody).toMatchObject({ oneOf: [ref("RpcCall"), ref("RpcCalls")] });
    expect(RpcCall.oneOf).toContainEqual(ref("GraphPutRequest"));
    expect(GraphPutRequest.properties.method).toEqual({ type: "string", enum: ["graph.put"] });
    expect(GraphPutRequest.required).toContain("params");
    expect(UpdateRequest.required).not.toContain("params");
  });

  test("has examples that its own schemas accept", () => {
    const check = validators(openApi);
    for (const { name, examples } of fakeMethods) {
      const operation = openApi.paths[`/v1/${name}`].post;
      const params = operation.requestBody.content["application/json"].schema.$ref.split("/").at(-1);
      for (const example of examples) {
        expect(check(params)(example.params)).toBe(true);
        expect(check(params)({ ...example.params, unknown: 1 })).toBe(false);
        expect(check("RpcBody")([{ jsonrpc: "2.0", id: 1, method: name, params: example.params }])).toBe(true);
        expect(check("RpcAnswer")([{ jsonrpc: "2.0", id: 1, result: example.result }])).toBe(true);
      }
    }
  });
});

describe("the OpenAPI document for generators that know no unions", () => {
  const client = openApiClientDocument(openApi) as typeof openApi;

  test("is valid, and is the other without /rpc", async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(client));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    expect(Object.keys(client.paths)).toEqual(Object.keys(openApi.paths).filter((path) => path !== "/rpc"));
    expect(Object.keys(client.components.schemas)).not.toContain("RpcBody");
  });

  test("leaves out what comes in several media types, or once with a body and once without", () => {
    const answer = (...types: string[]) => ({ content: Object.fromEntries(types.map((type) => [type, {}])) });
    const paths = {
      "/plain": { get: { responses: { 200: answer("a/b"), 404: answer("c/d", "e/f") } } },
      "/asked": {
        put: { requestBody: answer("a/b", "c/d"), responses: { 200: answer("a/b") } },
        get: { responses: { 200: answer("a/b"), 202: answer("a/b") } },
      },
      "/answered": { get: { responses: { 200: answer("a/b", "c/d") } } },
      "/empty": { get: { responses: { 200: answer("a/b"), 204: {} } } },
    };
    const { paths: left } = openApiClientDocument({ ...openApi, paths }) as Pick<typeof openApi, "paths">;
    expect(mapValues(left as typeof paths, Object.keys)).toEqual({ "/plain": ["get"], "/asked": ["get"] });
  });

  test("has times without a pattern, which texts besides them keep", () => {
    const time = { type: "string", format: "date-time" };
    const name = { type: "string", pattern: "^a" };
    const schemasOf = (at: object) => ({
      All: { type: "object", properties: { times: { type: "array", items: at }, name } },
    });
    const paths = { "/all": { get: { responses: { 200: { schema: ref("All") } } } } };
    const components = { schemas: schemasOf({ ...time, pattern: "Z$" }), examples: {} };
    const { components: plain } = openApiClientDocument({ tags: [], paths, components });
    expect(plain).toEqual({ schemas: schemasOf(time), examples: {} });
  });

  test("has any JSON, or an object of all members, where the other has a union", () => {
    const ids = { type: "array", items: ref("Id") };
    const named = { type: "array", items: ref("Named") };
    const schemas = {
      Number: { type: "number" },
      Id: { type: "string" },
      One: { type: "object", properties: { a: ref("Number"), b: ref("Id"), d: ids }, required: ["a", "b"] },
      Two: { type: "object", properties: { b: ref("Id"), c: ref("Any"), d: named }, required: ["b"] },
      Any: { description: "a number or an id", oneOf: [ref("Number"), ref("Id")] },
      Either: { oneOf: [ref("One"), ref("Two")] },
      Named: { oneOf: [ref("One"), ref("Two"), ref("Id")] },
      All: { type: "object", properties: { either: ref("Either"), named: ref("Named") } },
    };
    const both = {
      type: "object",
      properties: { a: ref("Number"), b: ref("Id"), d: { type: "array", items: {} }, c: ref("Any") },
      required: ["b"],
    };
    const examples = { shown: { value: 1 }, unused: { value: 2 } };
    const shown = { $ref: "#/components/examples/shown" };
    const paths = { "/all": { get: { responses: { 200: { schema: ref("All"), examples: { shown } } } } } };
    expect(openApiClientDocument({ tags: [], paths, components: { schemas, examples } }).components).toEqual({
      examples: { shown: examples.shown },
      schemas: {
        All: schemas.All,
        Any: { description: "a number or an id" },
        Either: both,
        Id: schemas.Id,
        Named: { oneOf: [ref("NamedObject"), ref("Id")] },
        NamedObject: both,
        Number: schemas.Number,
      },
    });
  });
});

describe("the OpenRPC document", () => {
  test("is valid", () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    // The meta-schema refers to a JSON Schema meta-schema that lives elsewhere; it is draft 7, with a place of its own.
    const { $id, ...draft } = { ...draft7, definitions: { ...draft7.definitions, JSONSchemaObject: draft7 } };
    for (const key of ["https://meta.json-schema.tools", "https://meta.json-schema.tools/"]) ajv.addSchema(draft, key);
    const { $schema, ...metaSchema } = (openRpc as unknown as { openrpcDocument: Record<string, unknown> })
      .openrpcDocument;
    const validate = ajv.compile(metaSchema);
    validate(openRpcDocument(fakeMethods, fakeInfo));
    expect(validate.errors).toBeNull();
  });

  test("is what rpc.discover answers, itself included", async () => {
    const methods = [...fakeMethods, discoverMethod(() => methods, fakeInfo)] as typeof fakeMethods;
    const dispatcher = createDispatcher({
      methods,
      context: { journal: [], admin: false },
      limits: { calls: 1, responseBytes: 1e6 },
    });
    const outcome = await dispatcher.run("rpc.discover", undefined, fakeExchange());
    expect(outcome.ok && JSON.parse(String(outcome.text))).toEqual(openRpcDocument(methods, fakeInfo));
  });

  test("describes a method by its params, its errors and its examples", () => {
    const [subtract] = openRpcDocument(fakeMethods, fakeInfo).methods as [Record<string, unknown>];
    const { errors, ...rest } = subtract;
    expect(rest).toMatchInlineSnapshot(`
      {
        "description": "The difference of two numbers.",
        "examples": [
          {
            "name": "the specification's",
            "params": [
              {
                "name": "minuend",
                "value": 42,
              },
              {
                "name": "subtrahend",
                "value": 23,
              },
            ],
            "result": {
              "name": "result",
              "value": 19,
            },
          },
        ],
        "name": "subtract",
        "paramStructure": "by-name",
        "params": [
          {
            "name": "minuend",
            "required": true,
            "schema": {
              "type": "number",
            },
          },
          {
            "name": "subtrahend",
            "required": true,
            "schema": {
              "type": "number",
            },
          },
        ],
        "result": {
          "name": "result",
          "schema": {
            "$ref": "#/components/schemas/SubtractResult",
          },
        },
        "summary": "Subtracts.",
      }
    `);
    expect((errors as { code: number }[]).map((e) => e.code)).toEqual([
      -32700, -32600, -32602, -32603, -32003, -32004, -32006, -32012, -32015, -32016,
    ]);
  });
});

describe("schemas", () => {
  test("two of one name are refused", () => {
    const one = method("one", z.object({ a: z.strictObject({ x: z.string() }).meta({ id: "SameName" }) }));
    const two = method("two", z.object({ a: z.strictObject({ y: z.string() }).meta({ id: "SameName" }) }));
    expect(() => methodSchemas([one, two])).toThrow("two schemas called SameName");
    expect(() => wire("FakeScalar", {})).toThrow("two wire types called FakeScalar");
  });

  test("a reference to nothing is refused", () => {
    const lost = wire("Lost", { items: ref("Nowhere") });
    expect(() => methodSchemas([method("lost", z.object({ lost }))])).toThrow("Nowhere, which is not declared");
  });

  test("a schema may refer to itself by its id", () => {
    const tree: z.ZodType = z.strictObject({ children: z.array(z.lazy(() => tree)) }).meta({ id: "Tree" });
    expect(methodSchemas([method("plant", z.object({ tree }))]).Tree).toEqual({
      type: "object",
      properties: { children: { type: "array", items: ref("Tree") } },
      required: ["children"],
      additionalProperties: false,
    });
  });
});
