import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { clientOf, type Service } from "../../src/cli/client.ts";
import { follow, type OnTold } from "../../src/cli/jobs/follow.ts";
import { npyHead, readNpyHead } from "../../src/wire/npy.ts";
import { folderOfFile, temporaryFolder } from "../support/folders.ts";
import { begin, run, served } from "./run.ts";

const service = served();
const dir = folderOfFile();
const standard = "log(x1) + x1*x2 - sin(x2)";
const points = 5000;
const x1 = Float64Array.from({ length: points }, (_, i) => 1 + (i % 97) / 7);
writeFileSync(join(dir, "x1.npy"), Buffer.concat([npyHead("float64", [points]), new Uint8Array(x1.buffer)]));
const many = ["jacobian", standard, "x1=@x1.npy", "x2=5", "--batch", String(points)];
const inDir = { cwd: dir };
// Long enough to be interrupted: products of matrices, at many points.
const slow = [
  "evaluate",
  "sum(A @ A @ A @ A * x)",
  `A=${JSON.stringify(square(120))}`,
  "x=[1,2,3,4,5,6,7,8]",
  "--batch",
  "8",
];
const long = [...slow.slice(0, 3), `x=${JSON.stringify(Array.from({ length: 4000 }, (_, i) => i))}`, "--batch", "4000"];

/** The id that a command told. */
const idIn = (text: string) => /job_[0-9a-z]{26}/.exec(text)![0];

test("a job is submitted, followed with a bar and fetched as an .npy file, of which only a whole one is written", async () => {
  const { code, out, told } = await service.run(["job", "submit", ...many, "--chunk-points", "1000"], inDir);
  expect(code).toBe(0);
  const id = idIn(told);
  expect(told).toContain(`${id}: 5,000 points in 5 chunks\n`);
  expect(told).toMatch(/^100% \| 5,000 of 5,000 points \| /m);
  expect(told).toContain(`Its answer: cotangent job result ${id} -o answer.ndjson\n`);
  expect(out).toMatch(/^state +succeeded$/m);
  const fetched = await service.run(["job", "result", id, "-o", "dx1.npy", "--tensor", "jacobian.y.x1"], inDir);
  expect([fetched.code, fetched.told.split("\n").at(-2)]).toEqual([0, "dx1.npy: jacobian.y.x1, 40.1 kB"]);
  const file = readFileSync(join(dir, "dx1.npy"));
  const { headBytes, ...head } = readNpyHead(file)!;
  expect(head).toEqual({ dtype: "float64", shape: [points] });
  expect(file.readDoubleLE(headBytes)).toBe(5 + 1 / x1[0]!);
  expect(existsSync(join(dir, "dx1.npy.part"))).toBe(false);
  const several = await service.run(["job", "result", id, "-o", "all.npy"], inDir);
  expect(several).toEqual({
    code: 2,
    out: "",
    told: "error: the answer has several tensors: pick one with --tensor\n  outputs.y\n  jacobian.y.x1\n  jacobian.y.x2\n",
  });
  expect((await service.run(["job", "result", id, "-o", "all.ndjson"], inDir)).code).toBe(0);
  expect(readFileSync(join(dir, "all.ndjson"), "utf8").trimEnd().split("\n")).toHaveLength(6);
  const shown = await service.run(["job", "result", id, "--from", "2", "--to", "4"]);
  expect(shown.out).toMatch(/^point +outputs\.y +jacobian\.y\.x1 +jacobian\.y\.x2\n +0 .*\n +1 /);
});

test("a job that nobody follows is looked at, listed, cancelled and deleted by its id", async () => {
  const { code, out, told } = await service.run([
    "job",
    "submit",
    ...long,
    "--detach",
    "--labels",
    "night,two",
    "--chunk-points",
    "8",
  ]);
  expect(code).toBe(0);
  const id = out.trim();
  expect(told).toBe(`Come back with: cotangent job attach ${id}\n`);
  expect((await service.run(["job", "status", id])).out).toMatch(/^labels +night, two$/m);
  expect((await service.run(["job", "list", "--labels", "two"])).out).toContain(id);
  const cancelled = await service.run(["job", "cancel", id, "--json"]);
  expect(["cancelling", "cancelled"]).toContain(JSON.parse(cancelled.out).state);
  const attached = await service.run(["job", "attach", id]);
  expect([attached.code, /^state +cancelled$/m.test(attached.out)]).toEqual([4, true]);
  expect(await service.run(["job", "delete", id])).toEqual({ code: 0, out: `${id} is deleted\n`, told: "" });
  expect(await service.run(["job", "status", id])).toMatchObject({
    code: 1,
    out: "",
    told: `error: job_not_found: no job "${id}"\n`,
  });
});

test("Ctrl-C leaves a job running and says how to come back", async () => {
  const child = service.begin(["job", "submit", ...long, "--chunk-points", "8"]);
  let told = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    told += text;
  });
  await expect.poll(() => told, { timeout: 20_000 }).toContain("% | ");
  const exit = once(child, "exit");
  child.kill("SIGINT");
  expect(await exit).toEqual([130, null]);
  const id = idIn(told);
  expect(told).toContain(`${id} goes on. Come back with\n\n  cotangent job attach ${id}\n`);
  expect(JSON.parse((await service.run(["job", "status", id, "--json"])).out).state).toMatch(/^(queued|running)$/);
  await service.run(["job", "cancel", id]);
});

test("what the service refuses, and files that are none, are told before or after nothing is kept", async () => {
  const refused = await service.run(["job", "submit", ...many, "--chunk-points", "12"], inDir);
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.told).toMatch(/^error: invalid_params: \/chunkPoints: /);
  expect((await service.run(["job", "submit", "jacobian", standard, "x1=@no.npy", "x2=1"], inDir)).code).toBe(2);
});

describe("where no service answers", () => {
  const usual = "http://127.0.0.1:3000";
  const isFree = async () =>
    fetch(usual).then(
      () => false,
      () => true,
    );

  test("a command computes its job itself, in the folder of jobs, from which others go on", async () => {
    expect(await isFree(), `something listens on ${usual}, where nothing should`).toBe(true);
    const DATA_DIR = temporaryFolder();
    const own = { cwd: dir, env: { DATA_DIR, DISK_FREE_BYTES: "0", COTANGENT_URL: "" } };
    const none = await run(["job", "list"], own);
    expect(none).toEqual({
      code: 3,
      out: "",
      told: `error: no service answers, and there is no folder of jobs ${DATA_DIR}\n`,
    });
    expect(await run(["job", "submit", ...many, "--detach"], own)).toMatchObject({ code: 3, out: "" });
    expect(existsSync(DATA_DIR)).toBe(false);
    const child = begin(["job", "submit", ...long, "--chunk-points", "8"], own);
    let told = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      told += text;
    });
    await expect.poll(() => told, { timeout: 20_000 }).toContain("% | ");
    const exit = once(child, "exit");
    child.kill("SIGINT");
    expect(await exit).toEqual([130, null]);
    const id = idIn(told);
    expect(told).toContain(`this command computes the job itself, and keeps it in ${DATA_DIR}.\n`);
    expect(told).toContain(`${id} is kept in ${DATA_DIR}, and goes on when a service has that folder`);
    const status = JSON.parse((await run(["job", "status", id, "--json"], own)).out);
    expect(status.state).toMatch(/^(queued|running)$/);
    expect(JSON.parse((await run(["job", "cancel", id, "--json"], own)).out).state).toMatch(/^cancel/);
  });

  test("a call is computed all the same, and a graph that was kept elsewhere is not known", async () => {
    const own = { env: { COTANGENT_URL: "", DATA_DIR: join(dir, "none") } };
    expect((await run(["gradient", "x^2", "x=3", "--json"], own)).out).toContain('"gradient":{"x":6}');
    const { code, told } = await run(["gradient", "somebody", "x=3"], own);
    expect(code).toBe(1);
    expect(told).toContain("no service was found, so one was started for this command");
    expect(existsSync(join(dir, "none"))).toBe(false);
  });
});

describe("following", () => {
  const hasty = { againMs: 20, silentMs: 2000, quietMs: 10_000 };

  /** A server between, which does with events what it is told to. */
  async function between(events: (count: number, after: string | undefined) => "pass" | "cut" | "none") {
    const asked: (string | undefined)[] = [];
    const server = createServer(async (request, response) => {
      const isEvents = request.url!.endsWith("/events");
      const after = request.headers["last-event-id"] as string | undefined;
      if (isEvents) asked.push(after);
      const act = isEvents ? events(asked.length, after) : "pass";
      if (act === "none") return void response.writeHead(502).end();
      const body = request.method === "POST" ? await new Response(request as never).text() : undefined;
      const answer = await fetch(service.url() + request.url, {
        method: request.method!,
        headers: after === undefined ? {} : { "last-event-id": after },
        ...(body === undefined ? {} : { body }),
      });
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
      let text = "";
      for await (const piece of answer.body ?? []) {
        if (act === "pass") response.write(piece);
        else text += Buffer.from(piece).toString();
        // One event, and no more.
        const [, first] = /^(.*\nid: .*?\n\n)/s.exec(text) ?? [];
        if (first === undefined) continue;
        response.write(first);
        // Once it was read: what is cut takes what is still on its way along.
        setTimeout(() => response.destroy(), 200);
        return;
      }
      response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const told: Service = { url, api: clientOf(url, undefined), ownDir: undefined, close: async () => undefined };
    return { asked, service: told };
  }

  async function submitted(): Promise<string> {
    return (await service.run(["job", "submit", ...slow, "--detach"])).out.trim();
  }

  test("goes on behind the last event where the stream is cut, and misses no state", async () => {
    const { asked, service: cut } = await between((count) => (count <= 2 ? "cut" : "pass"));
    const states: string[] = [];
    const onTold: OnTold = ({ state }) => state && state !== states.at(-1) && states.push(state);
    const ended = await follow(cut, await submitted(), onTold, new AbortController().signal, hasty);
    expect(ended.state).toBe("succeeded");
    expect(asked[0]).toBeUndefined();
    expect(Number(asked.at(-1))).toBeGreaterThan(0);
    expect(states.at(-1)).toBe("succeeded");
  });

  test("asks and waits where events do not come through", async () => {
    const { asked, service: none } = await between(() => "none");
    const ended = await follow(none, await submitted(), () => undefined, new AbortController().signal, hasty);
    expect(ended).toMatchObject({ state: "succeeded", progress: { points: { done: 8 } } });
    expect(asked.length).toBeLessThanOrEqual(3);
  });

  test("is patient with a service that is away, but not for ever", async () => {
    const gone: Service = {
      url: "http://127.0.0.1:9",
      api: clientOf("http://127.0.0.1:9", undefined),
      ownDir: undefined,
      close: async () => undefined,
    };
    const brief = { ...hasty, silentMs: 100 };
    await expect(follow(gone, "job_x", () => undefined, new AbortController().signal, brief)).rejects.toThrow(
      "no service answers",
    );
  });

  test("refuses at once what the service refuses", async () => {
    const { service: pass } = await between(() => "pass");
    await expect(follow(pass, "job_nobody", () => undefined, new AbortController().signal, hasty)).rejects.toThrow(
      "job_not_found",
    );
  });
});

test("files that are cut off on their way are not written", async () => {
  const cutting = createServer((request, response) => {
    if (request.url === "/livez") return void response.end('{"status":"ok"}');
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.end('{"chunk":0,"from":0,"to":8,"result":{}}\n');
  }).listen(0, "127.0.0.1");
  await once(cutting, "listening");
  onTestFinished(() => void cutting.close());
  const url = `http://127.0.0.1:${(cutting.address() as AddressInfo).port}`;
  const target = temporaryFolder();
  mkdirSync(target);
  const { code, told } = await run(["job", "result", "job_x", "-o", "a.ndjson"], {
    cwd: target,
    env: { COTANGENT_URL: url },
  });
  expect([code, told]).toEqual([1, "error: a.ndjson is not written: the answer was cut off\n"]);
  expect(existsSync(join(target, "a.ndjson"))).toBe(false);
});

function square(size: number): number[][] {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
}
