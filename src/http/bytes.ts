import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { problem, problemType, refuse } from "./problem.ts";
import { isLingering, linger } from "./sockets/linger.ts";

/** Answers bytes that are not HTTP, or come too slowly, with a problem document, and closes the connection. */
export function answerBadBytes(error: Error & { code?: string }, socket: Socket): void {
  // Of what comes after such bytes each piece is told of.
  if (isLingering(socket)) return;
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = statuses[error.code ?? ""] ?? 400;
  const text = STATUS_CODES[status]!;
  const body = JSON.stringify(problem(refuse(status, text.toLowerCase()).error, status, randomUUID()));
  socket.write(
    `HTTP/1.1 ${status} ${text}\r\nContent-Type: ${problemType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
  linger(socket);
}

const statuses: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
};
