import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import type { Guard } from "../../src/http/guards/guard.ts";
import { guardsOf } from "../../src/http/guards/index.ts";
import { originGuard } from "../../src/http/guards/origin.ts";
import { refuse } from "../../src/http/problem.ts";
import { post, startFake, subtractCall } from "./service.ts";

/** A guard as one file would add it: it takes a while, reads a header, and is told of in the documents. */
const keyGuard: Guard = {
  async admit({ request, reply }) {
    if (["/livez", "/openapi.json"].includes(request.url)) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (request.headers.authorization !== "Bearer right") {
      throw refuse(401, "a key is needed", { "www-authenticate": "Bearer" });
    }
    reply.header("x-checked", "yes");
  },
  security: { key: { type: "http", scheme: "bearer" } },
  headers: ["Authorization"],
};
const config = readConfig({ ALLOWED_ORIGINS: "https://app.example" });
const guards = [originGuard(config, keyGuard.headers), keyGuard];
const key = { authorization: "Bearer right" };

describe("guards", () => {
  test("are asked one after the other, each before anything of the body is read", async () => {
    const { app, journal } = startFake({}, { guards });
    const foreign = await post(app, "/rpc", "{", { origin: "https://evil.example", "content-encoding": "gzip" });
    expect(foreign.statusCode).toBe(403);
    const keyless = await post(app, "/v1/update", "{", { "content-encoding": "gzip" });
    expect([keyless.statusCode, keyless.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
    expect((await post(app, "/rpc", subtractCall)).json()).toMatchObject({ id: null, error: { code: -32600 } });
    expect((await post(app, "/v1/nothing", {})).statusCode).toBe(401);
    const served = await post(app, "/v1/subtract", subtractCall.params, key);
    expect([served.statusCode, served.body]).toEqual([200, "19"]);
    expect((await post(app, "/v1/nothing", {}, key)).statusCode).toBe(404);
    expect((await app.inject("/livez")).statusCode).toBe(200);
    expect(journal).toEqual([]);
  });

  test("may answer on their own, whereupon nothing follows", async () => {
    const last: Guard = {
      admit() {
        throw new Error("nobody asks this one");
      },
    };
    const first: Guard = { admit: ({ reply }) => void reply.code(204).send() };
    const { app, lines } = startFake({}, { guards: [first, last] });
    expect((await post(app, "/v1/update", {})).statusCode).toBe(204);
    const later: Guard = { admit: async (visit) => first.admit(visit) };
    const { app: other } = startFake({}, { guards: [later, last] });
    expect((await post(other, "/v1/update", {})).statusCode).toBe(204);
    expect(lines.some(({ msg }) => msg === "fault")).toBe(false);
  });

  test("that fail by our fault refuse, and say no more", async () => {
    const broken: Guard = { admit: () => Promise.reject(new Error("secret")) };
    const { app, lines } = startFake({}, { guards: [broken] });
    const { statusCode, body } = await post(app, "/v1/update", {});
    expect([statusCode, body.includes("secret")]).toEqual([500, false]);
    expect(lines.some(({ msg }) => msg === "fault")).toBe(true);
  });

  test("are told of in the documents, which without any say as the committed ones do that none need be passed", async () => {
    const { app } = startFake({}, { guards });
    expect((await app.inject("/openapi.json")).json()).toMatchObject({
      security: [{ key: [] }],
      components: { securitySchemes: keyGuard.security },
    });
    const open = (await startFake().app.inject("/openapi.json")).json();
    expect(open.security).toEqual([{}, { key: [] }, { basic: [] }]);
  });

  test("let pages of allowed origins send the headers that they read", async () => {
    const { app } = startFake({}, { guards });
    const headers = { origin: "https://app.example", "access-control-request-method": "POST" };
    const { statusCode, headers: told } = await app.inject({ method: "OPTIONS", url: "/rpc", headers });
    expect([statusCode, told["access-control-allow-headers"]]).toEqual([204, "Content-Type, Authorization"]);
  });

  test("of the service begin with where a request comes from", () => {
    expect(guardsOf(config).length).toBeGreaterThan(0);
    expect(() => guardsOf(config)[0]!.admit({ request: { headers: { host: "evil.example" } } } as never)).toThrow(
      "the Host header must name this machine",
    );
  });
});
