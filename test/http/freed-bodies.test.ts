import { type ClientRequest, request } from "node:http";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { quick, slow } from "../pool/service.ts";
import { addressOf, metric, startMain } from "./process.ts";

// However a body ends, its memory is free again. Of each way so many bytes are sent that it would be seen if they stayed.

/** Large bodies are cheap to send, and small ones are not. */
const isLarge = (size: number) => size > 2 ** 20;
const bytesPerRound = (size: number) => (isLarge(size) ? 200 : 60) * 2 ** 20;
const rounds = 2;
/** What a process's memory may move by for other reasons. What leaks does so in each of some turns, and noise does not. */
const noiseBytes = 80 * 2 ** 20;
const turns = 3;
// What is freed goes back to the system at once, where malloc is glibc's, and objects are collected soon.
const prompt = { MALLOC_MMAP_THRESHOLD_: "16384", NODE_OPTIONS: "--max-old-space-size=128" };
const atOnce = (size: number) => (isLarge(size) ? 8 : 32);
const lastBytes = 1000;

interface Way {
  readonly env?: (size: number) => Readonly<Record<string, string>>;
  /** Whether all of the body is sent. */
  readonly isWhole: boolean;
  /** Whether its sender waits for an answer, or leaves when its bytes are sent. */
  readonly isAnswered: boolean;
  /** Whether it cannot be when a length is announced: what is too long is refused before it is sent. */
  readonly isUnannounced?: boolean;
  /** Whether the one worker thread is busy all the while. */
  readonly isBusy?: boolean;
}

const ways: Readonly<Record<string, Way>> = {
  "is served": { isWhole: true, isAnswered: true },
  "ends early": { isWhole: false, isAnswered: false },
  "is one too many": {
    env: (size) => ({ LIMIT_BODY_BYTES_IN_FLIGHT: String(2 * size) }),
    isWhole: false,
    isAnswered: false,
  },
  "passes the limit": {
    env: (size) => ({ LIMIT_BODY_BYTES: String(size - 1) }),
    isWhole: true,
    isAnswered: true,
    isUnannounced: true,
  },
  "is given up while it waits": { isWhole: true, isAnswered: false, isBusy: true },
  "is turned away": { env: () => ({ QUEUE: "0" }), isWhole: true, isAnswered: true, isBusy: true },
};

const cases = [
  [60 * 1024, "with a length"],
  [66 * 1024, "with a length"],
  [66 * 1024, "without a length"],
  [2 * 2 ** 20, "without a length"],
] as const;

describe.each(Object.keys(ways))("a body that %s leaves nothing behind", (name) => {
  const way = ways[name]!;
  const own = cases.filter(([, framing]) => !(way.isUnannounced && framing === "with a length"));
  const settings = Map.groupBy(own, ([size]) => JSON.stringify(way.env?.(size) ?? {}));
  // One process for all that it can have: what stays of one kind of body stays beside the others.
  test.each([...settings])("with %s", async (env, cases) => {
    const address = await addressOf(startMain({ WORKERS: "1", PROGRAMS: "compiled", ...prompt, ...JSON.parse(env) }));
    if (way.isBusy) await keepBusy(address);
    for (const [i, [size, framing]] of cases.entries()) {
      const send = () => sendBody(address, way, size, framing === "with a length");
      if (i === 0 || isLarge(size)) await sendMany(send, size);
      let grownBytes = Number.POSITIVE_INFINITY;
      for (let turn = 0; turn < turns && grownBytes >= noiseBytes; turn++) {
        const before = await residentBytes(address);
        for (let round = 0; round < rounds; round++) await sendMany(send, size);
        while ((await metric(address, "cotangent_body_bytes_in_flight")) > 0) await setTimeout(20);
        grownBytes = (await residentBytes(address)) - before;
      }
      expect(grownBytes, `${size} bytes, ${framing}`).toBeLessThan(noiseBytes);
    }
  });
});

const residentBytes = (address: string) => metric(address, "process_resident_memory_bytes");

async function sendMany(send: () => Promise<unknown>, size: number): Promise<void> {
  let left = Math.ceil(bytesPerRound(size) / size);
  const sender = async () => {
    while (left-- > 0) await send();
  };
  await Promise.all(Array.from({ length: atOnce(size) }, sender));
}

async function sendBody(address: string, way: Way, size: number, isAnnounced: boolean): Promise<void> {
  const client = open(`${address}/v1/check`, isAnnounced ? { "content-length": String(size) } : {});
  const ended = new Promise((resolve) => client.on("close", resolve));
  const body = Buffer.from(JSON.stringify(quick).padEnd(size));
  if (way.isWhole) client.end(body);
  else await new Promise((resolve) => client.write(body.subarray(0, size - lastBytes), resolve));
  if (way.isAnswered) {
    client.on("response", (response) => response.resume());
  } else {
    // So that it is there before its sender leaves.
    await setTimeout(5);
    client.destroy();
  }
  await ended;
}

async function keepBusy(address: string): Promise<void> {
  open(`${address}/v1/evaluate`, {}).end(JSON.stringify({ ...slow(3000), timeoutMs: 200_000 }));
  while ((await metric(address, "cotangent_workers_busy")) === 0) await setTimeout(5);
}

function open(url: string, headers: Record<string, string>): ClientRequest {
  return request(url, { method: "POST", agent: false, headers }).on("error", () => undefined);
}
