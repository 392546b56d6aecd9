import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Transform } from "node:stream";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { Limits } from "../config.ts";
import { limitExceeded, overloaded } from "../errors.ts";
import { isOwn } from "../own-bytes.ts";
import type { Codec } from "../wire/codec.ts";
import { codecs, readerOf } from "../wire/codecs.ts";
import { type Coding, codingOf, codings, inflaterOf } from "./coding.ts";
import type { Pace } from "./pace.ts";
import { Refusal, refuse } from "./problem.ts";
import { linger } from "./sockets/linger.ts";

/** Reads request bodies, and counts the bytes of all that are being read or served. */
export interface BodyReader {
  /** Bytes held now. */
  readonly bytesInFlight: number;
  /** Whether there is no room for more. */
  readonly isFull: boolean;
  /**
   * Reads a whole body and gives it to `settle`, once; `undefined` when there is none. Its bytes count until `release`.
   * Gives an error instead, 415, for a body of a type or coding that is not read, 413 for a long one, 503 when
   * all bodies together are too long: by what the headers announce before anything is read, else as soon as it is seen.
   * One that comes too slowly is 408, and one that is more than `share` allows 429. With a `reader`, it is for that,
   * whatever it calls itself.
   */
  read(request: IncomingMessage, settle: Settle, reader?: Codec, share?: ByteShare): void;
  /**
   * Throws away what still comes of a request that was refused, so that its sender gets to read why. The connection ends
   * when that takes long, or is more than `bytesMax`. False where it may be more, as the headers say, so that the answer has
   * to say that the connection ends.
   */
  discard(request: IncomingMessage, bytesMax: number): boolean;
}

/** Counts the bytes of all bodies of one sender. */
export interface ByteShare {
  /** Whether so many more would be too many. */
  check(bytes: number): Error | undefined;
  /** Counts so many more, or fewer. */
  count(bytes: number): void;
}

/** Hears how reading ended. */
export type Settle = (error: Error | undefined, body?: HeldBody) => void;

/** A body in memory; `release` when it has been answered. */
export interface HeldBody {
  /** How many bytes there are. */
  readonly length: number;
  /** What it is to be read with. */
  readonly codec: Codec;
  /** A body that is not large, in one piece. */
  readonly bytes: Buffer;
  /** Where the chunks of a large body wait to be received; whoever takes it closes it. */
  readonly port: MessagePort | undefined;
  release(): void;
}

/**
 * Makes a body reader with its own count. Bodies of more than `largeBytes` are held for another thread; one that has not
 * come whole after `wholeMs` is given up.
 */
export function createBodyReader(
  limits: Pick<Limits, "bodyBytes" | "bodyBytesInFlight">,
  pace: Pace,
  largeBytes = Number.POSITIVE_INFINITY,
  wholeMs = bodyMsMax,
): BodyReader {
  let inFlight = 0;

  function check(bodyBytes: number, moreBytes: number, share: ByteShare | undefined): Error | undefined {
    if (bodyBytes > limits.bodyBytes) return limitExceeded("bodyBytes", limits.bodyBytes, bodyBytes);
    if (inFlight + moreBytes > limits.bodyBytesInFlight) return overloaded(retryAfterMs);
    return share?.check(moreBytes);
  }

  return {
    get bytesInFlight() {
      return inFlight;
    },
    get isFull() {
      return inFlight >= limits.bodyBytesInFlight;
    },
    read(request, settle, reader, share) {
      const announcedBytes = bodyBytesAnnounced(request.headers);
      if (announcedBytes === 0) return settle(undefined);
      const codec = codecOf(request.headers, reader);
      if (codec instanceof Refusal) return settle(codec);
      const coding = codingOf(request.headers["content-encoding"]);
      if (!coding) return settle(refuse(415, `bodies may be compressed by ${codings.join(", ")}`, acceptedCodings));
      const refusal = check(announcedBytes ?? 0, announcedBytes ?? 0, share);
      if (refusal) return settle(refusal);
      if (request.destroyed) return settle(endedEarly());

      const chunks: Buffer[] = [];
      let channel: MessageChannel | undefined;
      let bytes = 0;
      const arriving = { bytes: 0 };
      const unwatch = pace.watch(arriving, () => giveUp(refuse(408, "the body came too slowly", closing)), wholeMs);
      let bytesThisTurn = 0;
      let isSettled = false;
      const source = coding === "identity" ? request : inflated(request, coding, arriving);
      const release = () => {
        // What waits at a port is kept until that port is closed; one that went to a worker is that worker's.
        channel?.port1.close();
        channel?.port2.close();
        inFlight -= bytes;
        share?.count(-bytes);
        bytes = 0;
      };
      const giveUp = (error: Error) => {
        isSettled = true;
        unwatch();
        release();
        if (source !== request) {
          request.unpipe();
          source.destroy();
        }
        settle(error);
      };
      source.on("data", (chunk: Buffer) => {
        bytesThisTurn += chunk.length;
        if (bytesThisTurn >= bytesPerTurn) {
          // A sender that is faster than we are must not keep the event loop from everybody else.
          bytesThisTurn = 0;
          source.pause();
          setImmediate(() => source.resume());
        }
        if (isSettled) return;
        // Only what has come counts, so that announcing a long body and sending none of it shuts nobody out.
        const late = check(bytes + chunk.length, chunk.length, share);
        if (late) return giveUp(late);
        const excess = source !== request && excessOf(bytes + chunk.length, arriving.bytes);
        if (excess) return giveUp(excess);
        bytes += chunk.length;
        if (source === request) arriving.bytes = bytes;
        inFlight += chunk.length;
        share?.count(chunk.length);
        chunks.push(chunk);
        if (bytes <= largeBytes) return;
        // Given away at once, so that much memory of one body never makes the collector stop this thread.
        channel ??= new MessageChannel();
        for (const held of chunks.splice(0)) post(channel.port1, held);
      });
      source.on("end", () => {
        if (isSettled) return;
        isSettled = true;
        unwatch();
        const whole = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
        settle(undefined, { length: bytes, bytes: whole, codec, port: channel?.port2, release });
      });
      if (source !== request) {
        source.on("error", () => {
          if (!isSettled) giveUp(refuse(400, `the body is not ${coding}, though it says so, or it is cut off`));
        });
      }
      // Without a listener for them, there are no errors: what ends early only closes.
      request.on("close", () => {
        if (!isSettled && !request.complete) giveUp(endedEarly());
      });
    },
    discard(request, bytesMax) {
      if (request.complete || request.destroyed) return true;
      const { socket } = request;
      const arriving = { bytes: 0 };
      const unwatch = pace.watch(arriving, () => linger(socket), wholeMs);
      // Where the answer says that the connection ends, it ends so too.
      socket.destroySoon = () => linger(socket);
      request.on("data", (chunk: Buffer) => {
        arriving.bytes += chunk.length;
        if (arriving.bytes <= bytesMax) return;
        request.pause();
        linger(socket);
      });
      // Whoever refused it may have stopped it first.
      request.resume();
      request.on("end", unwatch);
      request.on("close", unwatch);
      return (bodyBytesAnnounced(request.headers) ?? Number.POSITIVE_INFINITY) <= bytesMax;
    },
  };
}

/** The error of a body whose connection ended before it did. */
export function endedEarly(): Refusal {
  return refuse(400, "the body ended early");
}

/** Milliseconds for a whole body, however steadily it comes: it is held, which a blob is not. */
const bodyMsMax = 120_000;
const closing = { connection: "close" };
const retryAfterMs = 1000;
const bytesPerTurn = 256 * 1024;

/** Gives a chunk away; a copy, where others have a share in its memory. */
function post(port: MessagePort, chunk: Buffer): void {
  const bytes = isOwn(chunk) ? chunk : new Uint8Array(chunk);
  port.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
}

/** The length that the headers announce; undefined when it is not known beforehand. */
function bodyBytesAnnounced(headers: IncomingHttpHeaders): number | undefined {
  if (headers["transfer-encoding"] !== undefined) return undefined;
  return Number(headers["content-length"] ?? 0);
}

/** What the body is read with, or why it is not. */
function codecOf(headers: IncomingHttpHeaders, reader?: Codec): Codec | Refusal {
  return reader ?? readerOf(headers["content-type"]) ?? refuse(415, `the body must be ${readTypes}`);
}

const readTypes = codecs
  .map(({ contentType }) => contentType.split(";", 1)[0]!)
  .filter((type) => readerOf(type))
  .join(" or ");

const acceptedCodings = { "accept-encoding": codings.join(", ") };
// Of what is shorter, every ratio does: a body of zeros is no attack.
const inflatedBytesMin = 64 * 1024;
const ratioMax = 100;

/** What comes out of a compressed body; `arriving` counts what came in. */
function inflated(request: IncomingMessage, coding: Coding, arriving: { bytes: number }): Transform {
  request.on("data", (chunk: Buffer) => {
    arriving.bytes += chunk.length;
  });
  return request.pipe(inflaterOf(coding));
}

/** The error of a body that is far longer than what it came as. */
function excessOf(bytes: number, compressedBytes: number): Error | undefined {
  if (bytes <= inflatedBytesMin || bytes <= ratioMax * compressedBytes) return undefined;
  return limitExceeded("compressionRatio", ratioMax, Math.ceil(bytes / compressedBytes));
}
