import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { overloaded } from "../errors.ts";
import { type Source, type Text, textBytes, wholeText } from "../wire/text.ts";
import { type Coding, codingFor, deflaterOf } from "./coding.ts";

/** Where the bytes of answers are counted beside what running calls take. */
export interface AnswerLedger {
  hold(bytes: number): unknown;
  letGo(bytes: number): void;
}

/** What answers are bounded by. */
export interface AnswerLimits {
  /** Bytes of all answers that are being sent. */
  readonly answerBytesInFlight: number;
  /** Bytes of one. */
  readonly responseBytes: number;
  /** Milliseconds in which a client has to take the next piece of its answer. */
  readonly answerStallMs: number;
  /** Whether long ones are compressed for clients that take that. */
  readonly compress: boolean;
}

/**
 * Sends answers, and counts the bytes of long ones until their clients have taken them. Short ones are bounded by the
 * requests of an address, and given up by who counts those.
 */
export interface Answers {
  readonly bytesInFlight: number;
  /** Whether there may be no room for the next answer. */
  readonly isFull: boolean;
  /** Writes the head and the text of an answer, and ends it. Throws `overloaded` when too many long ones are held. */
  send(response: ServerResponse, headers: readonly string[], text: Text, head: AnswerHead): void;
}

/** What the head of an answer says besides its headers. */
export interface AnswerHead {
  readonly status: number;
  readonly contentType: string;
  /** How it may be compressed, as the client says. */
  readonly acceptEncoding?: string | undefined;
}

/** Makes what sends, with a count of its own. */
export function createAnswers(limits: AnswerLimits, ledger?: AnswerLedger): Answers {
  const { answerBytesInFlight, responseBytes, answerStallMs, compress } = limits;
  let inFlight = 0;

  return {
    get bytesInFlight() {
      return inFlight;
    },
    get isFull() {
      return inFlight > 0 && inFlight + responseBytes > answerBytesInFlight;
    },
    send(response, headers, text, { status, contentType, acceptEncoding }) {
      const isLong = typeof text !== "string" || text.length >= compressedLengthMin;
      const coding = compress && isLong ? codingFor(acceptEncoding) : undefined;
      const head = (bytes: number) =>
        response.writeHead(status, [...headers, "content-type", contentType, "content-length", String(bytes)]);
      if (!coding && typeof text !== "string" && textBytes(text) <= shortLength) {
        const whole = wholeText(text);
        head(Buffer.byteLength(whole)).end(whole);
        return;
      }
      if (!coding && typeof text === "string" && text.length <= shortLength) {
        // A short one leaves in one piece with its headers; as text, unless it is copied once less as bytes.
        const body = text.length > textLengthMax ? Buffer.from(text) : text;
        head(Buffer.byteLength(body)).end(body);
        return;
      }
      const pieces = typeof text === "string" ? [new Bytes(Buffer.from(text))] : text;
      const bytes = textBytes(pieces);
      if (inFlight > 0 && inFlight + bytes > answerBytesInFlight) {
        close(pieces);
        throw overloaded(retryAfterMs);
      }
      inFlight += bytes;
      ledger?.hold(bytes);
      if (coding) response.writeHead(status, [...headers, "content-type", contentType, ...codedHeaders(coding)]);
      else head(bytes);
      void writePieces(response, pieces, answerStallMs, coding).finally(() => {
        inFlight -= bytes;
        ledger?.letGo(bytes);
      });
    },
  };
}

const retryAfterMs = 1000;
// Shorter ones leave in one packet as they are.
const compressedLengthMin = 1400;
const bytesPerPiece = 256 * 1024;
const shortLength = bytesPerPiece;
const textLengthMax = 2 ** 14;

function codedHeaders(coding: Coding): string[] {
  return ["content-encoding", coding, "vary", "Accept-Encoding"];
}

/** Writes and ends an answer as fast as its client takes it; closes the connection of one that takes no piece in time. */
async function writePieces(
  response: ServerResponse,
  pieces: Exclude<Text, string>,
  stallMs: number,
  coding: Coding | undefined,
): Promise<void> {
  const stalled = setTimeout(() => response.destroy(), stallMs);
  const deflater = coding && deflaterOf(coding);
  const target = deflater ?? response;
  const sent = deflater && pipeline(deflater, response);
  // Told to whoever waits for it below.
  sent?.catch(() => undefined);
  // Of an answer behind another's on a connection that ends nothing else is heard.
  let giveUp = () => {};
  let isClosed = false;
  response.once("close", () => {
    isClosed = true;
    giveUp();
  });
  const write = (bytes: string | Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      giveUp = () => reject(new Error("the connection is closed"));
      if (isClosed) giveUp();
      // When the socket has taken the bytes others have their turn.
      target.write(bytes, (error) => (error ? reject(error) : setImmediate(resolve)));
    });
  try {
    for (const piece of pieces) {
      if (typeof piece === "string") {
        await write(piece);
        stalled.refresh();
        continue;
      }
      for (let bytes = piece.take(); bytes; bytes = piece.take()) {
        await write(bytes);
        stalled.refresh();
        // Frees the memory now: left to the collector, a long answer would make it stop this thread.
        if (!(piece instanceof Bytes)) bytes.buffer.transfer(0);
      }
    }
    target.end();
    await sent;
  } catch {
    // The client is gone.
    response.destroy();
  } finally {
    clearTimeout(stalled);
    close(pieces);
  }
}

function close(pieces: Exclude<Text, string>): void {
  for (const piece of pieces) if (typeof piece !== "string") piece.close();
}

/** Bytes that are there, taken in pieces which share their memory. */
class Bytes implements Source {
  readonly length: number;
  private rest: Buffer<ArrayBuffer>;

  constructor(bytes: Buffer<ArrayBuffer>) {
    this.length = bytes.length;
    this.rest = bytes;
  }

  take(): Uint8Array<ArrayBuffer> | undefined {
    if (this.rest.length === 0) return undefined;
    const piece = this.rest.subarray(0, bytesPerPiece);
    this.rest = this.rest.subarray(bytesPerPiece);
    return piece;
  }

  close(): void {
    this.rest = Buffer.alloc(0);
  }
}
