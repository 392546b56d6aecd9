import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isMarkedAsUntransferable, MessageChannel, type MessagePort } from "node:worker_threads";
import type { Limits } from "../config.ts";
import { limitExceeded, overloaded } from "../errors.ts";
import { type Refusal, refuse } from "./problem.ts";

/** Reads request bodies, and counts the bytes of all that are being read or served. */
export interface BodyReader {
  /** Bytes held now. */
  readonly bytesInFlight: number;
  /** Whether there is no room for more. */
  readonly isFull: boolean;
  /**
   * Reads a whole body; `undefined` when there is none. Its bytes count until `release`. Throws 415 for a body that is
   * neither JSON nor text or is compressed, 413 for a long one, 503 when all bodies together are too long: by what the
   * headers announce before anything is read, else as soon as it is seen.
   */
  read(request: IncomingMessage): Promise<HeldBody | undefined>;
}

/** A body in memory; `release` when it has been answered. */
export interface HeldBody {
  /** How many bytes there are. */
  readonly length: number;
  /** A body that is not large, in one piece. */
  readonly bytes: Buffer;
  /** Where the chunks of a large body wait to be received; whoever takes it closes it. */
  readonly port: MessagePort | undefined;
  release(): void;
}

/** Makes a body reader with its own count. Bodies of more than `largeBytes` are held for another thread. */
export function createBodyReader(
  limits: Pick<Limits, "bodyBytes" | "bodyBytesInFlight">,
  largeBytes = Number.POSITIVE_INFINITY,
): BodyReader {
  let inFlight = 0;

  function check(bodyBytes: number, moreBytes: number): Error | undefined {
    if (bodyBytes > limits.bodyBytes) return limitExceeded("bodyBytes", limits.bodyBytes, bodyBytes);
    if (inFlight + moreBytes > limits.bodyBytesInFlight) return overloaded(retryAfterMs);
    return undefined;
  }

  return {
    get bytesInFlight() {
      return inFlight;
    },
    get isFull() {
      return inFlight >= limits.bodyBytesInFlight;
    },
    async read(request) {
      const announcedBytes = bodyBytesAnnounced(request.headers);
      if (announcedBytes === 0) return undefined;
      const refusal = mediaRefusal(request.headers) ?? check(announcedBytes ?? 0, announcedBytes ?? 0);
      if (refusal) throw refusal;

      const chunks: Buffer[] = [];
      let channel: MessageChannel | undefined;
      let bytes = 0;
      const release = () => {
        // Closed by its receiver, it is closed already.
        channel?.port1.close();
        inFlight -= bytes;
        bytes = 0;
      };
      try {
        await eachChunk(request, (chunk) => {
          // Only what has come counts, so that announcing a long body and sending none of it shuts nobody out.
          const late = check(bytes + chunk.length, chunk.length);
          if (late) throw late;
          bytes += chunk.length;
          inFlight += chunk.length;
          chunks.push(chunk);
          if (bytes <= largeBytes) return;
          // Given away at once, so that much memory of one body never makes the collector stop this thread.
          channel ??= new MessageChannel();
          for (const held of chunks.splice(0)) post(channel.port1, held);
        });
      } catch (error) {
        release();
        throw error;
      }
      return {
        length: bytes,
        bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks),
        port: channel?.port2,
        release,
      };
    },
  };
}

const retryAfterMs = 1000;
const bytesPerTurn = 256 * 1024;

/** Gives a chunk away; a copy, where others have a share in its memory. */
function post(port: MessagePort, chunk: Buffer): void {
  const isOwn = chunk.buffer.byteLength === chunk.length && !isMarkedAsUntransferable(chunk.buffer);
  const bytes = isOwn ? chunk : new Uint8Array(chunk);
  port.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
}

/** The length that the headers announce; undefined when it is not known beforehand. */
function bodyBytesAnnounced(headers: IncomingHttpHeaders): number | undefined {
  if (headers["transfer-encoding"] !== undefined) return undefined;
  return Number(headers["content-length"] ?? 0);
}

function mediaRefusal(headers: IncomingHttpHeaders): Refusal | undefined {
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding.trim().toLowerCase() !== "identity") {
    return refuse(415, "compressed bodies are not supported", { "accept-encoding": "identity" });
  }
  const type = (headers["content-type"] ?? "").split(";", 1)[0]!.trim().toLowerCase();
  // Any text will do: curl, left alone, calls JSON a form.
  return textual.test(type) ? undefined : refuse(415, "the body must be application/json");
}

const textual = /^$|^text\/|^application\/(json|x-www-form-urlencoded|json-rpc|jsonrequest|(x-)?javascript)$|\+json$/;

/** Hears every chunk of a body; rejects when the client goes away or the listener throws, and then listens no more. */
function eachChunk(request: IncomingMessage, listen: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let bytesThisTurn = 0;
    const onData = (chunk: Buffer) => {
      bytesThisTurn += chunk.length;
      if (bytesThisTurn >= bytesPerTurn) {
        // A sender that is faster than we are must not keep the event loop from everybody else.
        bytesThisTurn = 0;
        request.pause();
        setImmediate(() => request.resume());
      }
      try {
        listen(chunk);
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const onEnd = () => settle(resolve);
    const onGone = () => settle(() => reject(refuse(400, "the body ended early")));
    const settle = (then: () => void) => {
      request.off("data", onData).off("end", onEnd).off("error", onGone).off("close", onGone);
      // A socket that breaks later must not surprise anybody.
      request.on("error", () => undefined);
      then();
    };
    request.on("data", onData).on("end", onEnd).on("error", onGone).on("close", onGone);
    if (request.destroyed) onGone();
  });
}
