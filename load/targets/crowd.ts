import { connect, type Socket } from "node:net";

// A crowd of clients in a process of its own: each sends its request, reads the answer, and at once sends it again. Reads what
// to do as JSON from its standard input, and says what it saw on its standard output.

/** Clients that are alike. */
export interface Group {
  readonly name: string;
  readonly clients: number;
  readonly path: string;
  readonly body: string;
  readonly key?: string;
}

/** What to do. */
export interface Orders {
  readonly port: number;
  readonly seconds: number;
  readonly groups: readonly Group[];
}

/** What the clients of one group saw; times in milliseconds. */
export interface Seen {
  readonly name: string;
  readonly accepted: number;
  readonly acceptedP99Ms: number;
  readonly refused: number;
  readonly refusedP99Ms: number;
  readonly failed: number;
}

/** What all saw, and the share of one processor that the crowd itself took. */
export interface Report {
  readonly groups: readonly Seen[];
  readonly processorShare: number;
}

const graceMs = 5000;

let input = "";
for await (const part of process.stdin.setEncoding("utf8")) input += part;
const { port, seconds, groups }: Orders = JSON.parse(input);
const startMs = performance.now();
const endMs = startMs + 1000 * seconds;
const before = process.cpuUsage();
const seen = await Promise.all(groups.map(crowd));
const { user, system } = process.cpuUsage(before);
const processorShare = (user + system) / 1000 / (performance.now() - startMs);
console.log(JSON.stringify({ groups: seen, processorShare } satisfies Report));

async function crowd({ name, clients, path, body, key }: Group): Promise<Seen> {
  const bytes = Buffer.byteLength(body);
  const authorization = key === undefined ? "" : `authorization: Bearer ${key}\r\n`;
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${authorization}content-type: application/json\r\n`;
  const request = Buffer.from(`${head}content-length: ${bytes}\r\n\r\n${body}`);
  const accepted: number[] = [];
  const refused: number[] = [];
  let failed = 0;
  await Promise.all(Array.from({ length: clients }, client));
  return {
    name,
    accepted: accepted.length,
    acceptedP99Ms: p99(accepted),
    refused: refused.length,
    refusedP99Ms: p99(refused),
    failed,
  };

  async function client(): Promise<void> {
    while (performance.now() < endMs) {
      const socket = connect(port, "127.0.0.1").setNoDelay();
      try {
        await talk(socket);
      } catch {
        failed++;
        // Whatever closed it might do so again at once.
        await new Promise((resolve) => setTimeout(resolve, 100));
      } finally {
        socket.destroy();
      }
    }
  }

  function talk(socket: Socket): Promise<void> {
    return new Promise((resolve, reject) => {
      let sentMs = performance.now();
      let status = 0;
      let bytesLeft = 0;
      let start = "";
      socket.on("error", reject);
      socket.on("close", () => (performance.now() < endMs ? reject(new Error("closed")) : resolve()));
      setTimeout(resolve, Math.max(0, endMs + graceMs - performance.now())).unref();
      socket.on("data", (chunk) => {
        if (status === 0) {
          start += chunk.toString("latin1");
          const end = start.indexOf("\r\n\r\n");
          if (end < 0) return;
          status = Number(start.slice(9, 12));
          bytesLeft = Number(/content-length: (\d+)/i.exec(start)?.[1] ?? 0) - (start.length - end - 4);
          start = "";
        } else bytesLeft -= chunk.length;
        if (bytesLeft > 0) return;
        const nowMs = performance.now();
        // What was asked before the end and answered after it counts with its time, but not as done.
        if (status === 200 && nowMs < endMs) accepted.push(nowMs - sentMs);
        else if (status === 503 || status === 429) refused.push(nowMs - sentMs);
        else if (status !== 200) failed++;
        status = 0;
        if (nowMs >= endMs) return resolve();
        sentMs = nowMs;
        socket.write(request);
      });
      socket.write(request);
    });
  }
}

function p99(times: number[]): number {
  times.sort((a, b) => a - b);
  return times[Math.min(times.length - 1, Math.floor(0.99 * times.length))] ?? 0;
}
