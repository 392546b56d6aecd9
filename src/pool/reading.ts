import { hash } from "node:crypto";
import { receiveMessageOnPort } from "node:worker_threads";
import type { Config } from "../config.ts";
import type { Ledger } from "../engine/ledger.ts";
import { limitExceeded, overloaded } from "../errors.ts";
import type { Face } from "../rpc/faces.ts";
import type { Codec, Weight } from "../wire/codec.ts";
import { deadlyError } from "./deadly.ts";
import type { Begun, Order, UnreadBody } from "./protocol.ts";
import { timeoutOf } from "./timeout.ts";

/** What bodies are read with. */
export interface ReaderOptions {
  readonly config: Config;
  /** Where the memory counts that a value takes. */
  readonly ledger: Pick<Ledger, "hold" | "letGo">;
  /** Tells the thread that serves of a body before it is read. */
  readonly onBegun: (begun: Begun) => void;
}

/**
 * A codec that reads the body of one order, and how to return what its value takes. Whatever the body is, it is weighed
 * before it is read: what is too much is refused at once, the time that it has is told to the thread that serves, and the
 * memory that its value takes is admitted. The memory of the bytes is let go.
 */
export function admittingReader(codec: Codec, order: Order, face: Face, options: ReaderOptions) {
  const { config, ledger, onBegun } = options;
  let heldBytes = 0;
  const reader: Codec = {
    ...codec,
    read(bytes, limits) {
      try {
        const digest = hash("sha256", bytes);
        if (order.refused.includes(digest)) throw deadlyError();
        const weight = codec.weigh(bytes, limits);
        const { memoryBytes } = weight;
        // Half: V8 looks at its limit when it collects only, and one that is passed within a parse ends the process.
        const heapBytesMax = config.limits.heapBytes / 2;
        if (memoryBytes > heapBytesMax) throw limitExceeded("heapBytes", heapBytesMax, memoryBytes);
        onBegun({ order: order.id, timeoutMs: timeoutIn(weight, face, config), digest });
        if (!ledger.hold(memoryBytes, config.limits.liveBytesTotal)) throw overloaded(retryAfterMs);
        heldBytes = memoryBytes;
        return codec.read(bytes, limits, weight);
      } finally {
        free(bytes);
      }
    },
  };
  return { codec: reader, release: () => ledger.letGo(heldBytes) };
}

/** The most time that the calls of a body may have. */
function timeoutIn({ timeoutsMs, isList }: Weight, face: Face, config: Config): number {
  const timeoutAt = (depth: number) => timeoutOf({ timeoutMs: timeoutsMs.get(depth) }, config);
  if (face.method !== undefined) return timeoutAt(1);
  // A call of a batch that asks for none has the time that all have.
  return isList ? Math.max(timeoutAt(3), config.timeoutDefaultMs) : timeoutAt(2);
}

const retryAfterMs = 1000;

/** Takes the bytes of a body. */
export function receive(body: UnreadBody): Uint8Array {
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.length);
  const { length, port } = body;
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (let chunk = receiveMessageOnPort(port); chunk; chunk = receiveMessageOnPort(port)) {
    bytes.set(chunk.message, at);
    at += chunk.message.length;
    free(chunk.message);
  }
  port.close();
  return bytes;
}

/** Frees memory now: left to the collector, that of one long body after another would set it going for each of them. */
function free({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
