import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Limits } from "../../config.ts";
import { invalidParams, limitExceeded, quote } from "../../errors.ts";
import type { StoreDesk } from "../../jobs/desk.ts";
import { letGo } from "../../own-bytes.ts";
import { NpyFault, npyHeadBytesMax, npyType, readNpyHead } from "../../wire/npy.ts";
import { endedEarly } from "../body.ts";
import type { Arriving, Pace } from "../pace.ts";
import { refuse } from "../problem.ts";
import type { Visit } from "../visit.ts";

/** What the answer to a blob tells. */
export interface BlobTold {
  readonly blob: string;
  readonly bytes: number;
  readonly shape?: readonly number[];
  readonly dtype?: string;
}

/**
 * Receives a blob: raw bytes, or an `.npy` file whose head is read and left out. Throws where its digest is another than
 * the one that it is called by.
 */
export async function receiveBlob(
  sha: string,
  { request, tenant }: Visit,
  desk: StoreDesk,
  { jobInputBytes }: Pick<Limits, "jobInputBytes">,
  pace: Pace,
): Promise<{ readonly isKnown: boolean; readonly told: BlobTold }> {
  const { raw, headers } = request;
  if (!/^[0-9a-f]{64}$/.test(sha)) {
    throw invalidParams({
      path: "/sha256",
      message: `must be the SHA-256 of the bytes: 64 hexadecimal digits, received ${quote(sha)}`,
    });
  }
  if (headers["content-encoding"] !== undefined && headers["content-encoding"] !== "identity") {
    throw refuse(415, "compressed bodies are not supported", { "accept-encoding": "identity" });
  }
  const isNpy = (headers["content-type"] ?? "").split(";", 1)[0]!.trim().toLowerCase() === npyType;
  const announced = Number(headers["content-length"] ?? 0);
  if (announced > jobInputBytes + npyHeadBytesMax) throw limitExceeded("jobInputBytes", jobInputBytes, announced);
  const receiving = await desk.receive(tenant, announced);
  const hash = createHash("sha256");
  const arriving = { bytes: 0 };
  let start = new Uint8Array();
  let head = isNpy ? undefined : { headBytes: 0 };
  try {
    await takeAll(raw, arriving, pace, async (chunk) => {
      if (arriving.bytes > jobInputBytes + npyHeadBytesMax)
        throw limitExceeded("jobInputBytes", jobInputBytes, arriving.bytes);
      hash.update(chunk);
      await receiving.write(chunk);
      if (!head) {
        start = Buffer.concat([start, chunk]);
        head = readHead(start);
      }
      letGo(chunk);
    });
    if (!head) throw invalidParams({ path: "", message: "the .npy file ends within its head" });
    const digest = hash.digest("hex");
    if (digest !== sha) throw mismatch(sha, digest);
    const bytes = arriving.bytes - head.headBytes;
    const isKnown = await receiving.keep(sha, head.headBytes);
    const { shape, dtype } = head as { shape?: readonly number[]; dtype?: string };
    return {
      isKnown,
      told: { blob: `sha256:${sha}`, bytes, ...(shape ? { shape } : {}), ...(dtype ? { dtype } : {}) },
    };
  } catch (error) {
    await receiving.drop();
    throw error;
  }
}

/**
 * Has each piece of a body taken, the next when that is done. Throws where the body ends early or comes too slowly. Its
 * connection stays, whatever becomes of the body, so that its sender can be told.
 */
async function takeAll(
  raw: IncomingMessage,
  arriving: Arriving,
  pace: Pace,
  take: (chunk: Buffer) => Promise<void>,
): Promise<void> {
  if (raw.destroyed) throw endedEarly();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let taking = Promise.resolve();
  const onData = (chunk: Buffer) => {
    arriving.bytes += chunk.length;
    raw.pause();
    taking = take(chunk).then(() => void raw.resume(), reject);
  };
  const unwatch = pace.watch(arriving, () => reject(refuse(408, "the body came too slowly", { connection: "close" })));
  raw.on("data", onData);
  raw.on("end", resolve);
  raw.on("close", () => reject(endedEarly()));
  try {
    await promise;
  } finally {
    unwatch();
    raw.off("data", onData);
    await taking;
  }
}

function readHead(bytes: Uint8Array) {
  try {
    return readNpyHead(bytes);
  } catch (fault) {
    if (fault instanceof NpyFault) throw invalidParams({ path: "", message: fault.message });
    throw fault;
  }
}

function mismatch(expected: string, received: string) {
  return refuse(422, `the SHA-256 of the bytes is ${received}, and not ${expected}`);
}
