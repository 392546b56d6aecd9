import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import type { DType } from "../../src/graph/dtype.ts";
import { npyHead, readNpyHead } from "../../src/wire/npy.ts";
import { digest, expectProblem, type Json, putBlob, standardJob, startOn, stores } from "./service.ts";

const lines = (text: string): Json[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const float64 = (numbers: readonly number[]) => new Uint8Array(Float64Array.from(numbers).buffer);
describe.each(stores)("jobs kept by %s", (store) => {
  const start = (env?: Readonly<Record<string, string>>) => startOn(store, env);

  describe("POST /v1/job.submit", () => {
    test("answers 202 with where to look, and 200 where the key is known", async () => {
      const { app } = await start();
      const send = (points: number, headers: Record<string, string>) =>
        app.inject({ method: "POST", url: "/v1/job.submit", payload: JSON.stringify(standardJob(points)), headers });
      const first = await send(20, { "idempotency-key": "k" });
      const { job } = first.json();
      expect(first.statusCode).toBe(202);
      expect(first.headers).toMatchObject({ location: `/v1/jobs/${job}`, "retry-after": "1" });
      const again = await send(20, { "idempotency-key": "k" });
      expect([again.statusCode, again.headers["idempotent-replayed"], again.json().job]).toEqual([200, "true", job]);
      expect(expectProblem(await send(21, { "idempotency-key": "k" }), 422, "idempotency_conflict").data.job).toBe(job);
      expect((await send(21, {})).statusCode).toBe(202);
      expect((await app.inject({ url: first.headers.location! })).json().job).toBe(job);
    });

    test("refuses a key in the header that is none, also beside one in the body", async () => {
      const { app } = await start();
      for (const idempotencyKey of [undefined, "k"]) {
        const payload = JSON.stringify({ ...standardJob(20), idempotencyKey });
        const headers = { "idempotency-key": "k".repeat(256) };
        const answer = await app.inject({ method: "POST", url: "/v1/job.submit", payload, headers });
        expectProblem(answer, 400, "invalid_params");
      }
    });

    test("leaves calls of a batch each to their own key", async () => {
      const { app } = await start();
      const calls = [8, 9].map((points, id) => ({
        jsonrpc: "2.0",
        id,
        method: "job.submit",
        params: standardJob(points),
      }));
      const headers = { "content-type": "application/json", "idempotency-key": "k" };
      const answers = (
        await app.inject({ method: "POST", url: "/rpc", payload: JSON.stringify(calls), headers })
      ).json();
      expect(new Set(answers.map(({ result }: Json) => result.job)).size).toBe(2);
    });
  });

  describe("GET /v1/jobs/{job}", () => {
    test("tells what job.status does, and says when to ask again until the end", async () => {
      const { get, done, ok } = await start();
      const { job } = await done(standardJob(8));
      const response = await get(`/v1/jobs/${job}?wait=1`);
      expect(response.json()).toEqual(await ok("job.status", { job }));
      expect(response.headers["retry-after"]).toBeUndefined();
      expectProblem(await get("/v1/jobs/job_nobody"), 404, "job_not_found");
      expectProblem(await get(`/v1/jobs/${job}?wait=61`), 400, "invalid_params");
      expectProblem(await get(`/v1/jobs/${job}?wait=soon`), 400, "invalid_params");
    });

    test("takes no empty text for a time to wait", async () => {
      const { get, ok } = await start();
      const { job } = await ok("job.submit", standardJob(8));
      for (const wait of ["", "+", "soon"]) {
        expectProblem(await get(`/v1/jobs/${job}?wait=${wait}`), 400, "invalid_params");
      }
      expect((await get(`/v1/jobs/${job}?wait=0`)).statusCode).toBe(200);
    });

    test("takes no other verb", async () => {
      const { app } = await start();
      for (const [url, method, allow] of [
        ["/v1/jobs/x", "POST", "GET, HEAD"],
        ["/v1/jobs/x/result", "DELETE", "GET, HEAD"],
        ["/v1/jobs/x/events", "POST", "GET, HEAD"],
        [`/v1/blobs/${"0".repeat(64)}`, "POST", "PUT"],
      ] as const) {
        const response = await app.inject({ method, url });
        expect([url, response.statusCode, response.headers.allow]).toEqual([url, 405, allow]);
      }
    });
  });

  describe("GET /v1/jobs/{job}/result", () => {
    test("has a line for each chunk and one for the end, whose digest is of all before it", async () => {
      const { get, done, ok } = await start();
      const { job } = await done(standardJob(20, { chunkPoints: 8 }));
      const { headers, body } = await get(`/v1/jobs/${job}/result`);
      expect(headers["content-type"]).toBe("application/x-ndjson");
      const [first, second, end] = lines(body);
      const all = await ok("job.result", { job });
      expect([first.chunk, first.from, first.to, second.chunk, second.from, second.to]).toEqual([0, 0, 8, 1, 8, 20]);
      expect([...first.result.outputs.y, ...second.result.outputs.y]).toEqual(all.outputs.y);
      const before = body.slice(0, body.lastIndexOf('{"end"'));
      expect(end).toEqual({ end: true, state: "succeeded", sha256: digest(before) });
    });

    test("is one document as JSON, in the encoding that is asked for", async () => {
      const { get, done, ok } = await start();
      const { job } = await done(standardJob(20, { chunkPoints: 8 }));
      for (const encoding of ["json", "flat", "base64"]) {
        const response = await get(`/v1/jobs/${job}/result?encoding=${encoding}`, { accept: "application/json" });
        expect(response.headers["content-type"]).toMatch(/^application\/json/);
        expect(response.json()).toEqual(await ok("job.result", { job, encoding }));
      }
      expectProblem(await get(`/v1/jobs/${job}/result?encoding=hex`), 400, "invalid_params");
      expect((await get(`/v1/jobs/${job}/result`, { accept: "image/png" })).statusCode).toBe(406);
    });

    test("of calls has their results in each line", async () => {
      const { get, done } = await start();
      const call = { method: "evaluate", params: { graph: { expression: "x" }, inputs: { x: 3 } }, key: "k" };
      const { job } = await done({ calls: [call, call] });
      const [line] = lines((await get(`/v1/jobs/${job}/result`)).body);
      expect(line.result.results).toMatchObject([{ key: "k", result: { outputs: { y: 3 } } }, { key: "k" }]);
      const whole = await get(`/v1/jobs/${job}/result`, { accept: "application/json" });
      expect(whole.json().results).toEqual(line.result.results);
    });

    test("is a tensor as an .npy file or as bytes, whole or in part, and not again where it is known", async () => {
      const { get, done, ok, app } = await start();
      const { job } = await done(standardJob(20, { chunkPoints: 8 }));
      const numbers = (await ok("job.result", { job })).jacobian.y.x2;
      const url = `/v1/jobs/${job}/result?tensor=jacobian.y.x2`;
      const raw = await get(url, { accept: "application/octet-stream" });
      expect(new Uint8Array(raw.rawPayload)).toEqual(float64(numbers));
      expect(raw.headers).toMatchObject({
        "content-length": "160",
        "accept-ranges": "bytes",
        etag: `"${digest(raw.rawPayload)}"`,
      });
      const file = await get(url);
      expect(file.headers["content-type"]).toBe("application/x-npy");
      const { headBytes, ...head } = readNpyHead(file.rawPayload)!;
      expect([head, headBytes % 64]).toEqual([{ dtype: "float64", shape: [20] }, 0]);
      expect(file.rawPayload.subarray(headBytes).equals(raw.rawPayload)).toBe(true);
      expect(file.headers.etag).toBe(`"${digest(file.rawPayload)}"`);
      const part = await get(url, { accept: "application/octet-stream", range: "bytes=60-71" });
      expect([part.statusCode, part.headers["content-range"]]).toEqual([206, "bytes 60-71/160"]);
      expect(part.rawPayload.equals(raw.rawPayload.subarray(60, 72))).toBe(true);
      const end = await get(url, { accept: "application/octet-stream", range: "bytes=-5" });
      expect(end.rawPayload.equals(raw.rawPayload.subarray(-5))).toBe(true);
      const beyond = await get(url, { accept: "application/octet-stream", range: "bytes=160-" });
      expect([beyond.statusCode, beyond.headers["content-range"]]).toEqual([416, "bytes */160"]);
      const other = await get(url, { range: "bytes=0-3", "if-range": '"another"' });
      expect([other.statusCode, other.rawPayload.length]).toEqual([200, file.rawPayload.length]);
      const known = await get(url, { "if-none-match": file.headers.etag as string });
      expect([known.statusCode, known.body]).toEqual([304, ""]);
      const bare = await app.inject({ method: "HEAD", url });
      expect([bare.headers["content-length"], bare.body]).toEqual([String(file.rawPayload.length), ""]);
      const unknown = expectProblem(await get(`/v1/jobs/${job}/result?tensor=jacobian.y.z`), 400, "invalid_params");
      expect(unknown.detail).toContain("jacobian.y.x1");
    });

    test("is not there before the end, but for the lines of what has been computed", async () => {
      const { get, ok, jobs } = await start();
      const { job } = await ok("job.submit", standardJob(200_000, { chunkPoints: 32 }));
      await jobs.drain();
      const { state } = await ok("job.status", { job });
      expect(["queued", "running"]).toContain(state);
      for (const url of [`/v1/jobs/${job}/result?tensor=outputs.y`, `/v1/jobs/${job}/result`]) {
        const response = await get(url, url.includes("tensor") ? {} : { accept: "application/json" });
        expectProblem(response, 409, "job_not_ready");
        expect(response.headers["retry-after"]).toBe("1");
      }
      expect(lines((await get(`/v1/jobs/${job}/result`)).body).at(-1)).toMatchObject({ end: true, state });
    });

    test("takes no flag that is neither set nor unset, and no parameter twice", async () => {
      const { get, ok } = await start();
      const { job } = await ok("job.submit", standardJob(8));
      const repeated = ["?wait=1&wait=1", "/result?tensor=a&tensor=b", "/events?after=1&after=2"];
      for (const query of ["/result?follow=maybe", "/events?chunks=maybe", ...repeated]) {
        expectProblem(await get(`/v1/jobs/${job}${query}`), 400, "invalid_params");
      }
    });

    test("waits for the rest where it is told to follow", async () => {
      const service = await start({ WORKERS: "1" });
      const port = await service.port();
      const { job } = await service.ok("job.submit", standardJob(100, { chunkPoints: 8 }));
      const followed = lines(await (await fetch(`http://127.0.0.1:${port}/v1/jobs/${job}/result?follow=1`)).text());
      expect(followed.map(({ chunk }) => chunk)).toEqual([...Array(12).keys(), undefined]);
      expect(followed.at(-1)).toMatchObject({ end: true, state: "succeeded" });
    });
  });

  describe("GET /v1/jobs/{job}/events", () => {
    const eventsOf = (text: string) =>
      text
        .split("\n\n")
        .filter((event) => event.startsWith("id:"))
        .map((event) => {
          const [, id, name, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(event)!;
          return { id: Number(id), name, data: JSON.parse(data!) };
        });

    test("tells states, chunks where asked, and the end, whose ids only grow", async () => {
      const service = await start({ WORKERS: "1" });
      const port = await service.port();
      const { job } = await service.ok("job.submit", standardJob(100, { chunkPoints: 8 }));
      const response = await fetch(`http://127.0.0.1:${port}/v1/jobs/${job}/events?chunks=1`);
      expect(response.headers.get("content-type")).toBe("text/event-stream");
      const text = await response.text();
      expect(text).toMatch(/^retry: 2000\n\n/);
      const events = eventsOf(text);
      const states = events.filter(({ name }) => name === "state").map(({ data }) => data.state);
      expect(states).toEqual(["queued", "running", "succeeded"]);
      expect(events.at(-1)).toMatchObject({
        name: "end",
        data: { state: "succeeded", progress: { points: { done: 100 } } },
      });
      const ids = events.map(({ id }) => id);
      expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
      const done = events.filter(({ name, data }) => name === "chunk" && data.state === "done");
      expect(done.length).toBeGreaterThan(0);
      expect(done.at(-1)!.data).toMatchObject({ attempt: 1, state: "done" });
    });

    test("continues behind what the client has, and is 204 behind the end", async () => {
      const { get, done } = await start();
      const { job } = await done(standardJob(8));
      const events = eventsOf((await get(`/v1/jobs/${job}/events`)).body);
      expect(events.map(({ name }) => name)).toEqual(["state", "state", "state", "end"]);
      const running = events[1]!.id;
      for (const [url, headers] of [
        [`/v1/jobs/${job}/events`, { "last-event-id": `${running}` }],
        [`/v1/jobs/${job}/events?after=${running}`, {}],
      ] as const) {
        expect(eventsOf((await get(url, headers)).body)).toEqual(events.slice(2));
      }
      const last = events.at(-1)!.id;
      expect((await get(`/v1/jobs/${job}/events`, { "last-event-id": `${last}` })).statusCode).toBe(204);
      expectProblem(await get(`/v1/jobs/${job}/events?after=soon`), 400, "invalid_params");
      expectProblem(await get("/v1/jobs/job_nobody/events"), 404, "job_not_found");
    });
  });

  describe("PUT /v1/blobs/{sha256}", () => {
    test.each([
      ["that comes too slowly", {}, "", 408],
      ["of which more comes than a job may have", { LIMIT_JOB_INPUT_BYTES: "1000" }, "x".repeat(100_000), 413],
    ])("tells who sends one %s why it is refused", async (_, env, bytes, status) => {
      const port = await (await start({ ...env, BODY_BEGIN_MS: "200", BODY_PACE_MS: "200" })).port();
      const socket = connect(port, "127.0.0.1").on("error", () => undefined);
      onTestFinished(() => void socket.destroy());
      const head = `PUT /v1/blobs/${"0".repeat(64)} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`;
      socket.write(bytes === "" ? head : `${head}${bytes.length.toString(16)}\r\n${bytes}\r\n`);
      expect(await text(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    });

    const points = 24;
    const x1 = float64(Array.from({ length: points }, (_, i) => i + 1));
    const graph = { expression: "log(x1) + x1*x2 - sin(x2)" };

    test("keeps raw bytes that a tensor names", async () => {
      const service = await start();
      const sent = await putBlob(service, x1);
      expect([sent.statusCode, sent.json()]).toEqual([201, { blob: `sha256:${digest(x1)}`, bytes: 8 * points }]);
      expect((await putBlob(service, x1)).statusCode).toBe(200);
      const named = { shape: [points], dtype: "float64", blob: `sha256:${digest(x1)}` };
      const params = { graph, inputs: { x1: named, x2: 5 }, batch: points };
      const { job } = await service.done({ method: "jacobian", params, chunkPoints: 8 });
      const plain = { graph, inputs: { x1: [...new Float64Array(x1.buffer)], x2: 5 }, batch: points };
      const { job: other } = await service.done({ method: "jacobian", params: plain, chunkPoints: 8 });
      expect(await service.ok("job.result", { job })).toEqual(await service.ok("job.result", { job: other }));
      const key = { chunkPoints: 8, idempotencyKey: "k" };
      const first = await service.ok("job.submit", { method: "jacobian", params, ...key });
      expect((await service.ok("job.submit", { method: "jacobian", params: plain, ...key })).job).toBe(first.job);
      const short = { ...named, shape: [points - 1] };
      expect(
        await service.fails("job.submit", { method: "jacobian", params: { ...params, inputs: { x1: short, x2: 5 } } }),
      ).toMatchObject({ code: -32007, name: "x1" });
    });

    test("leaves the head of an .npy file out", async () => {
      const service = await start();
      const file = Buffer.concat([npyHead("float64", [points]), x1]);
      const sent = await putBlob(service, file, "application/x-npy");
      expect(sent.json()).toEqual({
        blob: `sha256:${digest(file)}`,
        bytes: 8 * points,
        shape: [points],
        dtype: "float64",
      });
      const named = { shape: [points], dtype: "float64", blob: `sha256:${digest(file)}` };
      const params = { graph, inputs: { x1: named, x2: 5 }, batch: points };
      const { job } = await service.done({ method: "evaluate", params });
      const answer = await service.ok("job.result", { job });
      expect(answer.outputs.y[1]).toBeCloseTo(Math.log(2) + 10 - Math.sin(5), 12);
    });

    test("gives a formula that declares no shapes those of the tensors sent, of each point in a batch", async () => {
      const service = await start();
      const sent = async (dtype: DType, shape: readonly number[], bytes: Uint8Array) => {
        const file = Buffer.concat([npyHead(dtype, shape), bytes]);
        await putBlob(service, file, "application/x-npy");
        return { shape, dtype, blob: `sha256:${digest(file)}` };
      };
      const a = await sent("float64", [2, 2], float64([1, 2, 3, 4]));
      const x = await sent("float32", [3, 2], new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer));
      const i = await sent("int64", [2], new Uint8Array(BigInt64Array.of(1n, 0n).buffer));
      const formula = { expression: "sum((a @ x[i])^2)" };
      const { job } = await service.done({
        method: "gradient",
        params: { graph: formula, inputs: { a, x, i }, wrt: ["x"], batch: 3 },
      });
      const answer = await service.ok("job.result", { job });
      expect(answer.outputs.y).toEqual([4 ** 2 + 10 ** 2, 10 ** 2 + 24 ** 2, 16 ** 2 + 38 ** 2]);
      expect(answer.gradient.x[0]).toEqual([2 * (4 * 2 + 10 * 4), 2 * (4 * 1 + 10 * 3)]);
    });

    test("converts where no value changes, and refuses where one would", async () => {
      const service = await start();
      const doubles = float64([1, 2, 3, 4, 5, 6, 7, 8]);
      await putBlob(service, doubles);
      const declared = { expression: "n + 1", inputs: [{ name: "n", dtype: "int32" }] };
      const named = (bytes: Uint8Array) => ({ shape: [8], dtype: "float64", blob: `sha256:${digest(bytes)}` });
      const params = { graph: declared, inputs: { n: named(doubles) }, batch: 8 };
      const { job } = await service.done({ method: "evaluate", params });
      expect((await service.ok("job.result", { job })).outputs.y).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
      const halves = float64([1, 2, 3, 4.5, 5, 6, 7, 8]);
      await putBlob(service, halves);
      expect(
        await service.fails("job.submit", { method: "evaluate", params: { ...params, inputs: { n: named(halves) } } }),
      ).toMatchObject({ code: -32007, name: "n" });
      const flags = new Uint8Array([0, 1, 2, 1, 0, 0, 0, 0]);
      await putBlob(service, flags);
      const boolean = { expression: "b * 2", inputs: [{ name: "b", dtype: "bool" }] };
      const odd = {
        graph: boolean,
        inputs: { b: { shape: [8], dtype: "bool", blob: `sha256:${digest(flags)}` } },
        batch: 8,
      };
      expect(await service.fails("job.submit", { method: "evaluate", params: odd })).toMatchObject({
        code: -32007,
        name: "b",
      });
    });

    test("refuses other bytes than are named, what is no name, and what is no .npy file", async () => {
      const service = await start();
      const wrong = await putBlob(service, x1, undefined, "0".repeat(64));
      expect(wrong.statusCode).toBe(422);
      expect(wrong.json().detail).toContain(digest(x1));
      expectProblem(await putBlob(service, x1, undefined, "nope"), 400, "invalid_params");
      for (const [bytes, words] of [
        [x1, "no .npy file"],
        [Buffer.from("\x93NUMPY\x01\x00", "latin1"), "ends within its head"],
        [npy("{'descr': '<f8', 'fortran_order': True, 'shape': (3, 4), }"), "numpy.ascontiguousarray"],
        [npy("{'descr': '>f8', 'fortran_order': False, 'shape': (3,), }"), "numpy.astype"],
      ] as const) {
        const response = await putBlob(service, bytes, "application/x-npy");
        expect(expectProblem(response, 400, "invalid_params").detail).toContain(words);
      }
    });

    test("refuses more than a job may have", async () => {
      const service = await start({ LIMIT_JOB_INPUT_BYTES: "1000" });
      expectProblem(await putBlob(service, new Uint8Array(20_000)), 413, "limit_exceeded");
    });
  });
});

/** A file with such a head. */
function npy(dict: string): Uint8Array {
  const head = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${dict}\n`, "latin1");
  head.writeUInt16LE(dict.length + 1, 8);
  return head;
}
