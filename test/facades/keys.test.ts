import { describe, expect, test } from "vitest";
import { keysFile } from "../access/keys.ts";
import { requestAs } from "../http/access/service.ts";
import { tesseracts } from "./tesseract-service.ts";
import { type Bridge, bridge } from "./umbridge-service.ts";

// Clients of both protocols take a URL alone, so they show a key as its user: `http://ctg_…@host:3000`.
const basic = (key: string) => ({ authorization: `Basic ${btoa(`${key}:`)}` });
const ofTenants = { call: {}, other: { tenant: "others" }, metrics: { scopes: ["metrics"] } };
const formula = { expression: "3*x" };
const problem = "application/problem+json; charset=utf-8";

/** Puts a graph as the holder of a key, who names it. */
async function putAs(key: string, { app }: Pick<Bridge, "app">, alias: string): Promise<void> {
  const { statusCode } = await app.inject(requestAs(key, "/v1/graph.put", { graph: formula, alias }));
  expect(statusCode).toBe(200);
}

describe("a model", () => {
  const call = { name: "triple", input: [[2]] };

  test("is answered to a key that is the user name of Basic", async () => {
    const { file, keys } = keysFile(ofTenants);
    const service = bridge({ KEYS_FILE: file });
    await putAs(keys.call, service, "triple");
    expect((await service.ask("/Evaluate", call, basic(keys.call))).json).toEqual({ output: [[6]] });
    const { statusCode, body } = await service.app.inject({ url: "/Info", headers: basic(keys.call) });
    expect([statusCode, body]).toEqual([200, '{"protocolVersion":1,"models":["triple"]}']);
  });

  test("is refused without a key, and by one that lacks the scope, in the protocol's own form", async () => {
    const { file, keys } = keysFile(ofTenants);
    const service = bridge({ KEYS_FILE: file });
    const refusals = [
      [{}, 401, "Unauthorized"],
      [basic("ctg_nobody"), 401, "Unauthorized"],
      [basic(keys.metrics), 403, "Forbidden"],
    ] as const;
    for (const [headers, status, type] of refusals) {
      for (const [method, url] of [
        ["GET", "/Info"],
        ["POST", "/ModelInfo"],
        ["POST", "/Evaluate"],
        ["POST", "/ApplyHessian"],
      ] as const) {
        const answer = await service.app.inject({ method, url, headers, payload: method === "POST" ? "{" : "" });
        expect([answer.statusCode, answer.headers["content-type"]]).toEqual([
          status,
          "application/json; charset=utf-8",
        ]);
        expect(answer.json()).toEqual({ error: { type, message: expect.any(String) } });
        expect(answer.headers["www-authenticate"]).toBe(status === 401 ? "Bearer" : undefined);
      }
    }
  });

  test("of one tenant is not another's", async () => {
    const { file, keys } = keysFile(ofTenants);
    const service = bridge({ KEYS_FILE: file });
    await putAs(keys.call, service, "triple");
    const answer = await service.ask("/Evaluate", call, basic(keys.other));
    expect([answer.status, answer.json.error.type]).toEqual([400, "ModelNotFound"]);
    expect(answer.text).toContain("there are none");
    const { body } = await service.app.inject({ url: "/Info", headers: basic(keys.other) });
    expect(JSON.parse(body).models).toEqual([]);
  });
});

describe("a Tesseract", () => {
  const call = { inputs: { x: 2 } };

  test("is answered to a key that is the user name of Basic, and is no other tenant's", async () => {
    const { file, keys } = keysFile(ofTenants);
    const service = tesseracts({ KEYS_FILE: file });
    await putAs(keys.call, service, "triple");
    expect(await service.good("triple/apply", call, basic(keys.call))).toEqual({ y: ["float64[]", 6] });
    const { status, type } = await service.ask("triple/apply", call, basic(keys.other));
    expect([status, type]).toEqual([404, problem]);
    for (const [key, expected] of [
      [keys.call, 200],
      [keys.other, 404],
    ] as const) {
      const described = await service.app.inject({ url: "/tesseract/triple/openapi.json", headers: basic(key) });
      expect(described.statusCode).toBe(expected);
    }
  });

  test("is refused without a key, and by one that lacks the scope, with a problem document", async () => {
    const { file, keys } = keysFile(ofTenants);
    const service = tesseracts({ KEYS_FILE: file });
    await putAs(keys.call, service, "triple");
    const refusals = [
      [{}, 401, "unauthorized"],
      [basic("ctg_nobody"), 401, "unauthorized"],
      [basic(keys.metrics), 403, "forbidden"],
    ] as const;
    for (const [headers, status, type] of refusals) {
      for (const [method, path] of [
        ["GET", "openapi.json"],
        ["GET", "health"],
        ["POST", "apply"],
        ["POST", "abstract_eval"],
        ["POST", "vector_jacobian_product"],
      ] as const) {
        const url = `/tesseract/triple/${path}`;
        const answer = await service.app.inject({ method, url, headers, payload: method === "POST" ? "{" : "" });
        expect([answer.statusCode, answer.headers["content-type"]]).toEqual([status, problem]);
        expect(answer.json()).toMatchObject({
          type: expect.stringMatching(/^urn:/),
          data: { type },
          detail: expect.any(String),
        });
      }
    }
  });
});
