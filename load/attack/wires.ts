import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { type Attack, must } from "./attack.ts";
import type { House } from "./house.ts";
import { describe } from "./named.ts";

const megabyte = 1e6;
const post = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const cbor = { "content-type": "application/cbor" };
const small = '{"graph":{"expression":"2*x"},"inputs":{"x":1}}';

const many = (unit: number, bytes: number) => Buffer.concat([Buffer.from([0x9f]), Buffer.alloc(bytes, unit)]);
const cborBodies: Readonly<Record<string, Buffer>> = {
  "lists in lists": Buffer.alloc(5 * megabyte, 0x81),
  "lists without an end": Buffer.alloc(5 * megabyte, 0x9f),
  "tags on tags": Buffer.alloc(5 * megabyte, 0xc1),
  "empty lists": many(0x80, 30 * megabyte),
  nulls: many(0xf6, 30 * megabyte),
  "a list of 2^64": Buffer.from([0x9b, ...new Array<number>(8).fill(0xff)]),
  "bytes of 2^63": Buffer.from([0x5b, 0x7f, ...new Array<number>(7).fill(0xff)]),
  "a bignum of 5 MB": Buffer.concat([Buffer.from([0xc2, 0x5a, 0x00, 0x4c, 0x4b, 0x40]), many(0xff, 5 * megabyte)]),
  "a text of empty pieces": Buffer.concat([Buffer.from([0x7f]), Buffer.alloc(10 * megabyte, 0x60)]),
};
const blank = Buffer.alloc(60 * megabyte, " ");
const lists = Buffer.from(`[${"[],".repeat(15 * megabyte)}1]`);
const compressed: readonly (readonly [string, Buffer])[] = [
  ["gzip", gzipSync(blank)],
  ["br", brotliCompressSync(blank)],
  ["zstd", zstdCompressSync(blank)],
  ["gzip", gzipSync(lists)],
  ["zstd", zstdCompressSync(lists)],
  ["gzip", Buffer.concat(new Array<Buffer>(50_000).fill(gzipSync(Buffer.alloc(0))))],
  ["gzip", gzipSync(small).subarray(0, 12)],
];

/** Attacks by what is sent, rather than by what it says: encodings, codings, connections. */
export const wires: readonly Attack[] = [
  ...Object.entries(cborBodies).map(([name, body]) => ({
    name: `CBOR: ${name}`,
    run: async (house: House) => describe(await house.ask("/v1/evaluate", body, cbor), 8000),
  })),
  {
    name: "compressed bodies that get far longer, or have no end",
    async run(house) {
      const told = [];
      for (const [coding, body] of compressed) {
        told.push(describe(await house.ask("/v1/evaluate", body, { "content-encoding": coding }), 4000));
      }
      return told.join(", ");
    },
  },
  {
    name: "20,000 calls on each of 10 connections, sent without waiting",
    async run(house) {
      const sockets = await Promise.all(Array.from({ length: 10 }, () => house.connect()));
      const bytes = post("/v1/evaluate", small).repeat(20_000);
      for (const socket of sockets) socket.resume().write(bytes);
      await ended(sockets, 30_000);
      return "all are closed";
    },
  },
  {
    name: "40 long answers behind slow ones, whose clients leave",
    async run(house) {
      const slow = {
        graph: { expression: "f(c) = sin(c); scan(f, x, length=5000000)" },
        inputs: { x: 1 },
        timeoutMs: 3000,
      };
      const long = { graph: { expression: "zeros((200000,))", outputs: ["y"] } };
      for (let i = 0; i < 40; i++) {
        const socket = await house.connect();
        socket.write(post("/v1/evaluate", JSON.stringify(slow)) + post("/v1/evaluate", JSON.stringify(long)));
        void setTimeout(1500).then(() => socket.destroy());
      }
      await setTimeout(10_000);
      const held = await house.metric("cotangent_answer_bytes_in_flight");
      must(held === 0, `${held} bytes of answers are held`);
      return "none is held";
    },
  },
  {
    name: "3000 connections, of which each asks for nothing",
    async run(house) {
      const sockets = await Promise.all(Array.from({ length: 3000 }, () => house.connect()));
      const startedAtMs = performance.now();
      must(await house.isServing(), "a new client is not served");
      const tookMs = performance.now() - startedAtMs;
      for (const socket of sockets) socket.destroy();
      return `a new client is served after ${Math.round(tookMs)} ms`;
    },
  },
];

async function ended(sockets: readonly Socket[], withinMs: number): Promise<void> {
  const closed = sockets.map((socket) => (socket.destroyed ? undefined : once(socket, "close")));
  await Promise.race([Promise.all(closed), setTimeout(withinMs)]);
  const open = sockets.filter((socket) => !socket.destroyed).length;
  for (const socket of sockets) socket.destroy();
  must(open === 0, `${open} are open after ${withinMs / 1000} s`);
}
