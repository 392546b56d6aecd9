import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { extname } from "node:path";
import { pipeline } from "node:stream/promises";
import { npyType } from "../../wire/npy.ts";
import { answerOf, call, type Service } from "../client.ts";
import { exitCodes, Failure, misused } from "../failure.ts";
import type { Session } from "../session.ts";
import { answerText, warningLines } from "../show/answer.ts";
import { bytesText } from "../show/words.ts";
import { Bar } from "./bar.ts";

/** What of an answer is wanted, and where. */
export interface ResultFlags {
  readonly output?: string;
  readonly tensor?: string;
  readonly [name: string]: unknown;
}

const types: Readonly<Record<string, string>> = {
  ".npy": npyType,
  ".bin": "application/octet-stream",
  ".json": "application/json",
  ".ndjson": "application/x-ndjson",
};

/** Shows the answer of a job, or writes it to a file: whole or not at all, and checked against its digest. */
export async function result(job: string, flags: ResultFlags, params: object, session: Session): Promise<void> {
  const { output, tensor } = flags;
  const service = await session.service();
  if (output === undefined) {
    if (tensor !== undefined) throw misused("--tensor needs a file to write it to: -o FILE.npy");
    const answer = await call(service, "job.result", { job, ...params });
    session.print(answer, () => answerText(answer, pointsOf(answer, params)));
    if (!session.isJson) for (const line of warningLines(answer)) session.note(line);
    return;
  }
  const type = types[extname(output)];
  if (!type)
    throw misused(
      `${output}: an answer is written to ${Object.keys(types)
        .map((end) => `*${end}`)
        .join(", ")}`,
    );
  const isTensor = type === npyType || type === "application/octet-stream";
  if (!isTensor && tensor !== undefined)
    throw misused("--tensor is written to *.npy, or to *.bin as it lies in memory");
  const { from, to, encoding } = params as { from?: number; to?: number; encoding?: "json" | "flat" | "base64" };
  if (from !== undefined || to !== undefined)
    throw misused("--from and --to are for answers that are shown: leave -o out");
  const name = isTensor ? (tensor ?? (await onlyTensor(service, job))) : undefined;
  const query = { ...(name === undefined ? {} : { tensor: name }), ...(encoding === undefined ? {} : { encoding }) };
  const asked = service.api.GET("/v1/jobs/{job}/result", {
    params: { path: { job }, query },
    headers: { accept: type },
    parseAs: "stream",
  });
  const body = await answerOf(service, asked);
  const { headers } = (await asked).response;
  const bytes = await keep(body as ReadableStream<Uint8Array>, headers, output, session);
  session.note(`${output}: ${name === undefined ? "" : `${name}, `}${bytesText(bytes)}`);
}

/** The one tensor of an answer that has no other. Throws a `Failure` that names them all. */
async function onlyTensor(service: Service, job: string): Promise<string> {
  const answer = await call(service, "job.result", { job, from: 0, to: 1, encoding: "json" });
  const { graph: _, plan: __, warnings: ___, ...rest } = answer;
  const names = namesOf(rest, "");
  if (names.length === 1) return names[0]!;
  throw misused(`the answer has several tensors: pick one with --tensor\n  ${names.join("\n  ")}`);
}

function namesOf(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([name, member]) => namesOf(member, path === "" ? name : `${path}.${name}`));
}

/** Writes a stream to a file that is only there once it is whole. */
async function keep(
  body: ReadableStream<Uint8Array>,
  headers: Headers,
  path: string,
  session: Session,
): Promise<number> {
  const part = `${path}.part`;
  const hash = createHash("sha256");
  const bar = await Bar.of(Number(headers.get("content-length") ?? 0), "bytes", !session.isJson);
  let bytes = 0;
  let tail = Buffer.alloc(0);
  try {
    await pipeline(
      body,
      async function* (pieces: AsyncIterable<Uint8Array>) {
        for await (const piece of pieces) {
          hash.update(piece);
          tail = Buffer.concat([tail, piece]).subarray(-endBytesMax);
          bytes += piece.length;
          bar.update(bytes);
          yield piece;
        }
      },
      createWriteStream(part),
    );
    check(headers, hash.digest("hex"), tail, path);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    if (error instanceof Failure) throw error;
    throw new Failure(exitCodes.refused, `${path} is not written: ${(error as Error).message}`);
  } finally {
    bar.end();
  }
  return bytes;
}

const endBytesMax = 1000;

function check(headers: Headers, digest: string, tail: Buffer, path: string): void {
  const etag = headers.get("etag");
  if (etag !== null && etag !== `"${digest}"`) {
    throw new Failure(exitCodes.refused, `${path} is not written: its SHA-256 is ${digest}, and should be ${etag}`);
  }
  const isLines = headers.get("content-type")?.startsWith("application/x-ndjson");
  if (isLines && !/\n?\{"end":true,[^\n]*\}\n$/.test(tail.toString("latin1"))) {
    throw new Failure(exitCodes.refused, `${path} is not written: the answer was cut off`);
  }
}

/** How many points an answer has in front, so that they are shown in rows; undefined of one point or of calls. */
function pointsOf({ outputs }: Readonly<Record<string, unknown>>, params: object): number | undefined {
  const [first] = Object.values((outputs as object | undefined) ?? {});
  const { from, to } = params as { from?: number; to?: number };
  if (!Array.isArray(first)) return undefined;
  return from !== undefined && to !== undefined ? to - from : first.length;
}
