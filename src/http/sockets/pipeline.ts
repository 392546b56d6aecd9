import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import type { Socket } from "node:net";
import { overloaded } from "../../errors.ts";
import { problem, problemType } from "../problem.ts";
import { linger } from "./linger.ts";

/** Requests that may stand behind another on one connection. */
export const pipelinedMax = 100;
const retryAfterMs = 1000;

/**
 * Bounds the requests that a client sends on one connection without waiting for answers: what was read of a connection at once
 * is handed on at once, thousands of short ones, and everybody else waits. One more is told so, and the connection ends.
 */
export function boundPipeline(handle: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, number>();
  return (request, response) => {
    // The first has the connection for itself; so do those that come one after the other.
    if (response.socket !== null) return handle(request, response);
    const { socket } = request;
    const count = (waiting.get(socket) ?? 0) + 1;
    waiting.set(socket, count);
    if (count <= pipelinedMax) {
      response.once("close", () => waiting.set(socket, waiting.get(socket)! - 1));
      return handle(request, response);
    }
    request.resume();
    if (count > pipelinedMax + 1) return;
    // Never let in again, and so never counted less.
    waiting.set(socket, Number.POSITIVE_INFINITY);
    socket.destroySoon = () => linger(socket);
    const error = overloaded(retryAfterMs);
    const text = JSON.stringify(problem(error, error.status, randomUUID()));
    response
      .writeHead(error.status, { "content-type": problemType, "retry-after": "1", connection: "close" })
      .end(text);
  };
}
