import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startIssuer } from "../../access/issuer.ts";
import { bearer, folder, keysFile, makeKey } from "../../access/keys.ts";
import { listen, until } from "../service.ts";
import { callAs, newFormula, requestAs, startService } from "./service.ts";

const params = () => ({ graph: newFormula(), inputs: { x: 2 } });

describe("a key", () => {
  test("may be shown as user name or as password, for clients that take nothing but a URL", async () => {
    const { file, keys } = keysFile({ call: {} });
    const { app } = startService({ KEYS_FILE: file });
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
    const status = async (headers: Record<string, string>) =>
      (await app.inject({ ...requestAs(undefined, "/v1/evaluate", params()), headers })).statusCode;
    for (const text of [`${keys.call}:`, keys.call, `:${keys.call}`, `anybody:${keys.call}`, `${keys.call}:anything`]) {
      expect(await status(basic(text))).toBe(200);
    }
    for (const scheme of ["Bearer", "bearer", "BEARER"]) {
      expect(await status({ authorization: `${scheme} ${keys.call}` })).toBe(200);
    }
    for (const headers of [
      basic("user:password"),
      basic(""),
      { authorization: "Basic" },
      { authorization: "Bearer" },
      { authorization: "Bearer " },
      { authorization: keys.call },
      { authorization: `Digest ${keys.call}` },
      { authorization: `Bearer ${keys.call.slice(0, -1)}` },
      { authorization: `Bearer ${keys.call}a` },
      { authorization: `Bearer ${keys.call.toUpperCase()}` },
    ]) {
      expect([headers, await status(headers)]).toEqual([headers, 401]);
    }
  });

  test("works in a URL, as clients send it", async () => {
    const { file, keys } = keysFile({ call: {} });
    const { app } = startService({ KEYS_FILE: file });
    const port = await listen(app);
    const { authorization } = { authorization: `Basic ${btoa(`${keys.call}:`)}` };
    const response = await fetch(`http://127.0.0.1:${port}/v1/evaluate`, {
      method: "POST",
      headers: { authorization },
      body: JSON.stringify(params()),
    });
    expect(response.status).toBe(200);
  });

  test("is asked for on loopback too where there is a file of keys", async () => {
    const { file } = keysFile({ call: {} });
    const { app } = startService({ KEYS_FILE: file });
    expect((await callAs(app, undefined, "evaluate", params())).statusCode).toBe(401);
    expect((await callAs(startService().app, undefined, "evaluate", params())).statusCode).toBe(200);
  });

  test("that is refused has nothing of its body read", async () => {
    const { file } = keysFile({ call: {} });
    const { app } = startService({ KEYS_FILE: file });
    const port = await listen(app);
    const { createConnection } = await import("node:net");
    const socket = createConnection(port, "127.0.0.1");
    // Told at once: a connection that has nothing to send ends with its answer.
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => undefined);
    const head = `POST /v1/evaluate HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 60000000\r\n\r\n`;
    socket.write(head);
    let answer = "";
    socket.on("data", (data) => {
      answer += data;
    });
    await until(() => answer.includes("\r\n\r\n"));
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    // Whoever goes on sending is not listened to: what fits on the way does, and the connection ends.
    const chunk = Buffer.alloc(2 ** 20);
    const pump = setInterval(() => socket.writable && socket.write(chunk), 5);
    await closed;
    clearInterval(pump);
    expect(socket.bytesWritten).toBeLessThan(50e6);
  });
});

describe("a file of keys", () => {
  test("that is broken, empty or absent stops the start, and says where", () => {
    const file = join(folder(), "keys.jsonl");
    expect(() => startService({ KEYS_FILE: file })).toThrow(`KEYS_FILE ${file}: there is no such file`);
    writeFileSync(file, `${makeKey().line}\n{"id": "secret`);
    expect(() => startService({ KEYS_FILE: file })).toThrow(`KEYS_FILE ${file}: line 2: it is not JSON`);
    writeFileSync(file, "");
    expect(() => startService({ KEYS_FILE: file })).toThrow("there is no key in it");
  });

  test("is read again when it changes, and kept as it was where it is broken then", async () => {
    const { file, keys } = keysFile({ first: {} });
    const { app, lines } = startService({ KEYS_FILE: file });
    const second = makeKey({ id: "second", tenant: "globex" });
    const status = async (key: string) => (await callAs(app, key, "evaluate", params())).statusCode;
    const audits = (what: string) => lines.filter(({ audit }) => audit === what).length;
    expect([await status(keys.first), await status(second.key)]).toEqual([200, 401]);

    writeFileSync(file, `${second.line}\n`);
    await until(() => audits("setting changed") === 1);
    expect([await status(keys.first), await status(second.key)]).toEqual([401, 200]);

    writeFileSync(file, `${second.line}\n{`);
    await until(() => audits("setting kept") === 1);
    expect(lines.find(({ audit }) => audit === "setting kept")).toMatchObject({ reason: "line 2: it is not JSON" });
    expect(await status(second.key)).toBe(200);

    rmSync(file);
    await until(() => audits("setting kept") === 2);
    expect(await status(second.key)).toBe(200);

    // Put in its place, as tools do that write whole files.
    writeFileSync(`${file}.new`, `${makeKey({ id: "third" }).line}\n`);
    renameSync(`${file}.new`, file);
    await until(() => audits("setting changed") === 2);
    expect(await status(second.key)).toBe(401);
  });
});

describe("a token of an issuer", () => {
  test("counts as a key, with its own tenant and scopes", async () => {
    const issuer = await startIssuer();
    const { file, keys } = keysFile({ call: {} });
    const { app, lines } = startService({ KEYS_FILE: file, JWT_ISSUER: issuer.url, JWT_AUDIENCE: "us" });
    const [acme, globex] = [await issuer.token(), await issuer.token({ sub: "globex" }, "ES256")];
    const { graph } = (await callAs(app, acme, "graph.put", { graph: newFormula() })).json();
    const status = async (key: string) => (await callAs(app, key, "evaluate", { graph, inputs: { x: 1 } })).statusCode;
    // The key in the file is of the tenant that the first token names.
    expect([await status(acme), await status(keys.call), await status(globex)]).toEqual([200, 200, 404]);
    expect((await callAs(app, acme, "graph.list", {})).statusCode).toBe(403);
    expect(await status(await issuer.token({ aud: "them" }))).toBe(401);
    expect(await status(`${acme}x`)).toBe(401);
    expect(lines.filter(({ audit }) => audit === "key refused").map(({ reason }) => reason)).toEqual([
      "it lacks the scope admin",
      "the token is for another audience",
      "the token's signature is wrong",
    ]);
  });

  test("is not needed where a key is shown, and alone is enough", async () => {
    const issuer = await startIssuer();
    const { app } = startService({ HOST: "0.0.0.0", JWT_ISSUER: issuer.url, JWT_AUDIENCE: "us" });
    expect((await callAs(app, undefined, "evaluate", params())).statusCode).toBe(401);
    expect((await callAs(app, makeKey().key, "evaluate", params())).statusCode).toBe(401);
    expect(issuer.asked).toEqual([]);
    expect((await callAs(app, await issuer.token(), "evaluate", params())).statusCode).toBe(200);
  });
});

describe("the documents of a service that asks for keys", () => {
  test("say so, and are open themselves", async () => {
    const { file, keys } = keysFile({ call: {} });
    const { app } = startService({ KEYS_FILE: file });
    const document = (await app.inject("/openapi.json")).json();
    expect(document.security).toEqual([{ key: [] }, { basic: [] }]);
    expect(document.components.securitySchemes).toMatchObject({
      key: { type: "http", scheme: "bearer" },
      basic: { type: "http", scheme: "basic" },
    });
    for (const route of ["/livez", "/readyz", "/openapi.json", "/docs"]) {
      expect([route, document.paths[route].get.security]).toEqual([route, []]);
    }
    expect(document.paths["/metrics"].get.security).toBeUndefined();
    expect(Object.keys(document.paths["/v1/evaluate"].post.responses)).toEqual(
      expect.arrayContaining(["401", "403", "429"]),
    );
    const cors = { origin: "https://app.example", "access-control-request-method": "POST" };
    const { app: open } = startService({ KEYS_FILE: file, ALLOWED_ORIGINS: "https://app.example" });
    const preflight = await open.inject({ method: "OPTIONS", url: "/rpc", headers: { ...cors, ...bearer(keys.call) } });
    expect([preflight.statusCode, preflight.headers["access-control-allow-headers"]]).toEqual([
      204,
      "Content-Type, Authorization",
    ]);
  });
});
