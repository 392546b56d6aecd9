import { setTimeout } from "node:timers/promises";
import { type Attack, must } from "./attack.ts";
import type { House, Told } from "./house.ts";

const megabyte = 1e6;
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const head = (length: number | undefined, path = "/v1/evaluate") =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
  `${length === undefined ? "Transfer-Encoding: chunked" : `Content-Length: ${length}`}\r\n\r\n`;
const repeated = (unit: string, bytes: number, timeoutMs: number) =>
  `{"timeoutMs":${timeoutMs},"inputs":[${unit.repeat(bytes / unit.length).slice(0, -1)}]}`;
/** What another client sees meanwhile. */
const others = async (house: House) => must(await house.isServing(), "others are not served meanwhile");

/** Attacks that once cost the service much and the attacker nothing. */
export const named: readonly Attack[] = [
  {
    name: "15 bodies of 40 MB that end before their announced 41",
    async run(house) {
      const chunk = Buffer.alloc(megabyte, " ");
      for (let i = 0; i < 15; i++) {
        const socket = await house.connect();
        socket.write(head(41 * megabyte));
        for (let k = 0; k < 40; k++) await new Promise((resolve) => socket.write(chunk, resolve));
        socket.destroy();
      }
      return "600 MB sent";
    },
  },
  {
    name: "6000 bodies of 66 KiB that end early",
    async run(house) {
      const body = Buffer.alloc(66 * 1024, " ");
      for (let i = 0; i < 6000; i += 20) {
        await Promise.all(
          Array.from({ length: 20 }, async () => {
            const socket = await house.connect();
            await new Promise((resolve) => socket.write(Buffer.concat([Buffer.from(head(70_000)), body]), resolve));
            socket.destroy();
          }),
        );
      }
      return "406 MB sent";
    },
  },
  {
    name: "1500 bodies of which one byte comes",
    async run(house) {
      const sockets = [];
      for (let i = 0; i < 1500; i++) {
        const socket = await house.connect();
        socket.write(`${head(1000)}{`);
        sockets.push(socket);
      }
      await others(house);
      const closed = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve))));
      for (const socket of sockets) socket.resume();
      const startedAtMs = performance.now();
      await Promise.race([closed, setTimeout(30_000)]);
      const open = sockets.filter((socket) => !socket.destroyed).length;
      for (const socket of sockets) socket.destroy();
      must(open === 0, `${open} are open after 30 s`);
      return `others are served; all are closed after ${seconds(performance.now() - startedAtMs)}`;
    },
  },
  {
    name: "100 refused bodies that drip",
    async run(house) {
      const sockets = await Promise.all(Array.from({ length: 100 }, () => house.connect()));
      for (const socket of sockets) socket.resume().write(`${head(1e12)}{`);
      const drips = setInterval(() => {
        for (const socket of sockets) if (socket.writable) socket.write(" ");
      }, 500);
      const startedAtMs = performance.now();
      while (sockets.some((socket) => !socket.destroyed) && performance.now() - startedAtMs < 30_000) {
        await setTimeout(200);
      }
      clearInterval(drips);
      const open = sockets.filter((socket) => !socket.destroyed).length;
      for (const socket of sockets) socket.destroy();
      must(open === 0, `${open} are open after 30 s`);
      return `all are closed after ${seconds(performance.now() - startedAtMs)}`;
    },
  },
  {
    name: "16 answers of 235 MB that nobody reads",
    async run(house) {
      const body = JSON.stringify({
        graph: { nodes: [{ id: "y", op: "full", attrs: { shape: [22_000_000], value: 0.5 } }], outputs: ["y"] },
        encoding: "base64",
      });
      const sockets = await Promise.all(Array.from({ length: 16 }, () => house.connect()));
      for (const socket of sockets) socket.pause().write(head(body.length) + body);
      let most = 0;
      for (let i = 0; i < 40; i++) {
        await setTimeout(250);
        most = Math.max(most, await house.metric("cotangent_answer_bytes_in_flight"));
      }
      await others(house);
      const resident = house.server.residentBytes() ?? 0;
      for (const socket of sockets) socket.destroy();
      must(most > 0, "no metric shows them");
      must(resident < 2e9, `${resident / 1e6} MB are resident`);
      return `${Math.round(most / 1e6)} MB held at most, by count; ${Math.round(resident / 1e6)} MB resident`;
    },
  },
  ...["[],", "{},", '"",', '[[1],{"a":{}}],', '{"a":1},', "1,", "1.5,"].map((unit) => ({
    name: `60 MB of ${unit}`,
    async run(house: House) {
      const told = await house.ask("/v1/evaluate", repeated(unit, 60 * megabyte, 50));
      await others(house);
      return describe(told, 6000);
    },
  })),
  {
    name: "60 MB of names that differ",
    async run(house) {
      const names = Array.from({ length: 5_000_000 }, (_, i) => `"${i.toString(36)}":1`).join();
      const told = await house.ask("/v1/evaluate", `{"timeoutMs":50,"inputs":{${names}}}`);
      await others(house);
      return describe(told, 6000);
    },
  },
  {
    name: "40 bodies of 9 MB of [],",
    async run(house) {
      const body = repeated("[],", 9 * megabyte, 50);
      const before = await house.metric("cotangent_workers_terminated_total");
      const all = [];
      for (let i = 0; i < 40; i += 4) {
        all.push(...(await Promise.all(Array.from({ length: 4 }, () => house.ask("/v1/evaluate", body)))));
      }
      const ended = (await house.metric("cotangent_workers_terminated_total")) - before;
      must(ended <= 4, `${ended} threads were ended`);
      await others(house);
      return `${ended} threads ended; the last: ${describe(all.at(-1)!, 20_000)}`;
    },
  },
  {
    name: "explain of the Hessian of products of 10,000²",
    async run(house) {
      const n = 10_000;
      const told = await house.ask(
        "/v1/explain",
        JSON.stringify({
          method: "hessian",
          timeoutMs: 2000,
          graph: { expression: "sum(tanh(a @ a) @ a)", inputs: [{ name: "a", shape: [n, n] }] },
        }),
      );
      return describe(told, 4000);
    },
  },
  {
    name: "a formula of 300,000 terms, with 100 ms",
    async run(house) {
      const expression = Array.from({ length: 300_000 }, (_, i) => (i % 2 ? "x" : "z")).join("+");
      const told = await house.ask(
        "/v1/gradient",
        JSON.stringify({ graph: { expression }, inputs: { x: 1, z: 2 }, timeoutMs: 100 }),
      );
      return describe(told, 1500);
    },
  },
  {
    name: "the Hessian of a chain of 100,000 nodes",
    async run(house) {
      const nodes = Array.from({ length: 100_000 }, (_, i) => ({
        id: `v${i}`,
        op: i % 2 ? "sin" : "square",
        args: [i === 0 ? "x" : `v${i - 1}`],
      }));
      const graph = { inputs: [{ name: "x" }], nodes, outputs: ["v99999"] };
      const told = await house.ask("/v1/hessian", JSON.stringify({ graph, inputs: { x: 0.5 }, timeoutMs: 10_000 }));
      return describe(told, 15_000);
    },
  },
];

/** What came back, which must be an answer, in time and not our fault. */
export function describe(told: Told, tookMsMax: number): string {
  const what = told.type ?? (told.status === 200 ? "ok" : `status ${told.status}`);
  const text = `${what}${told.limit ? ` (${told.limit})` : ""} after ${seconds(told.tookMs)}`;
  must(told.status !== 0, `no answer after ${seconds(told.tookMs)}`);
  must(told.type !== "internal_error" && told.status !== 500, text);
  must(told.tookMs <= tookMsMax, `${text}, later than ${seconds(tookMsMax)}`);
  return text;
}
