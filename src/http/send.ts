import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { type Text, textBytes } from "../rpc/text.ts";
import { jsonType } from "./problem.ts";

/** Sends JSON. Of bytes from another thread a piece at a time is given to the socket, so that others are served between. */
export function sendJson(reply: FastifyReply, text: Text): FastifyReply {
  reply.type(jsonType);
  if (typeof text === "string") return reply.send(text);
  if (text.length === 1 && text[0]!.length <= pieceBytes) return reply.send(text[0]);
  return reply.header("content-length", textBytes(text)).send(Readable.from(pieces(text), { objectMode: false }));
}

const pieceBytes = 256 * 1024;

function* pieces(text: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const bytes of text) {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
}
