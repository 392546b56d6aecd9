import { sizeOf } from "../calls/answer-size.ts";
import type { Plan } from "../calls/plan.ts";
import type { Question } from "../calls/question.ts";
import type { Limits } from "../config.ts";
import { limitExceeded, ServiceError } from "../errors.ts";
import { chunkCount, chunkPointsMin } from "../jobs/model.ts";
import type { TakenTensor } from "./tensors.ts";

/** What a call takes, by how many of its points are run together. */
export interface CallSize {
  readonly operations: (points: number) => number;
  readonly answerBytes: (points: number) => number;
  readonly elementsMax: (points: number) => number;
}

/** Sizes a call, and checks it whole where it runs as one. Throws `limit_exceeded`, `response_too_large`. */
export function checkedSize(question: Question, plan: Plan, limits: Limits, isPartable: boolean): CallSize {
  const perPoint = plan.operations + (plan.kinks?.derived.operations ?? 0);
  const { points, encoding } = question;
  const parts = (count: number) => sizeOf(plan.parts, points === undefined ? undefined : count, encoding);
  const size: CallSize = {
    operations: (count) => perPoint * count,
    answerBytes: (count) => parts(count).bytes,
    elementsMax: (count) => parts(count).elementsMax,
  };
  if (isPartable && points !== undefined) return size;
  const count = points ?? 1;
  checkPart(size, count, limits);
  if (isPartable) return size;
  const { encodedBytesMin } = parts(count);
  if (encodedBytesMin > limits.responseBytes) {
    throw new ServiceError("response_too_large", `the answer takes at least ${encodedBytesMin} bytes`, {
      limit: "responseBytes",
      allowed: limits.responseBytes,
      received: encodedBytesMin,
    });
  }
  return size;
}

/** Checks what runs at once. Throws `limit_exceeded`. */
function checkPart(size: CallSize, points: number, { operations, elements, liveBytes }: Limits): void {
  check("operations", operations, size.operations(points));
  check("elements", elements, size.elementsMax(points));
  check("liveBytes", liveBytes, size.answerBytes(points));
}

/**
 * How many points a chunk has: as asked for, or the largest power of two of which inputs, answer and operations are few.
 * Throws `limit_exceeded` where one would be too much, or there would be too many.
 */
export function chunkPointsOf(
  size: CallSize,
  points: number,
  tensors: readonly Pick<TakenTensor, "bytes" | "isBatched">[],
  asked: number | undefined,
  limits: Limits,
): number {
  const inputBytes = tensors.reduce((sum, { bytes, isBatched }) => sum + (isBatched ? bytes : 0), 0) / points;
  const isFew = (count: number) =>
    count * inputBytes <= chunkBytesMax &&
    size.answerBytes(count) <= chunkBytesMax &&
    size.operations(count) <= chunkOperationsMax;
  const chunkPoints = asked ?? largestPower(isFew);
  checkPart(size, Math.min(points, chunkPoints + chunkPointsMin - 1), limits);
  checkChunks(points, chunkPoints);
  return chunkPoints;
}

/** As {@link chunkPointsOf}, for calls that each have a size of their own. */
export function callsPerChunk(
  calls: readonly { readonly inputBytes: number; readonly answerBytes: number; readonly operations: number }[],
  asked: number | undefined,
): number {
  const isFew = (count: number) => {
    for (let first = 0; first < calls.length; first += count) {
      const sum = { inputBytes: 0, answerBytes: 0, operations: 0 };
      for (const call of calls.slice(first, first + count)) {
        sum.inputBytes += call.inputBytes;
        sum.answerBytes += call.answerBytes;
        sum.operations += call.operations;
      }
      const { inputBytes, answerBytes, operations } = sum;
      if (inputBytes > chunkBytesMax || answerBytes > chunkBytesMax || operations > chunkOperationsMax) return false;
    }
    return true;
  };
  const chunkPoints = asked ?? largestPower(isFew);
  checkChunks(calls.length, chunkPoints);
  return chunkPoints;
}

function largestPower(isFew: (count: number) => boolean): number {
  let count = chunkPointsMax;
  while (count > chunkPointsMin && !isFew(count)) count /= 2;
  return count;
}

function checkChunks(points: number, chunkPoints: number): void {
  const chunks = chunkCount(points, chunkPoints);
  if (chunks > chunksMax) throw limitExceeded("chunks", chunksMax, chunks);
}

function check(limit: string, allowed: number, received: number): void {
  if (received > allowed) throw limitExceeded(limit, allowed, received);
}

const chunkPointsMax = 2 ** 20;
const chunkBytesMax = 16 * 2 ** 20;
const chunkOperationsMax = 5e9;
const chunksMax = 10_000;
