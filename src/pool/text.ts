import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { Base64 } from "../wire/base64.ts";
import type { Source, Text } from "../wire/text.ts";

/** A text as one thread gives it to another: a long one as the port where its bytes wait, piece by piece. */
export type GivenText = string | { readonly port: MessagePort; readonly length: number };

const shortLength = 64 * 1024;
const pieceLength = 256 * 1024;

/** A piece on its way: bytes of UTF-8, or bytes that the taker is to encode when it comes to them. */
type Piece = Uint8Array<ArrayBuffer> | { readonly base64: Uint8Array<ArrayBuffer> };

/** Makes a text ready to be given away; the port, if there is one, is to be transferred. */
export function giveText(text: Text): GivenText {
  if (typeof text === "string" && text.length <= shortLength) return text;
  const { port1, port2 } = new MessageChannel();
  let length = 0;
  const post = (bytes: Uint8Array<ArrayBuffer>) => {
    length += bytes.length;
    port1.postMessage(bytes satisfies Piece, [bytes.buffer]);
  };
  const postBase64 = (source: Base64) => {
    length += source.length;
    const base64 = source.isOwn ? source.bytes : source.bytes.slice();
    port1.postMessage({ base64 } satisfies Piece, [base64.buffer]);
  };
  for (const piece of typeof text === "string" ? [text] : text) {
    if (typeof piece === "string") postText(piece, post);
    else if (piece instanceof Base64) postBase64(piece);
    else for (let bytes = piece.take(); bytes; bytes = piece.take()) post(bytes);
  }
  return { port: port2, length };
}

function postText(text: string, post: (bytes: Uint8Array<ArrayBuffer>) => void): void {
  for (let start = 0; start < text.length; ) {
    const end = pieceEnd(text, start);
    const piece = text.slice(start, end);
    const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(piece));
    bytes.write(piece);
    post(bytes);
    start = end;
  }
}

/** The text on the thread that it was given to. */
export function takeText(given: GivenText): Text {
  if (typeof given === "string") return given;
  return [new Received(given)];
}

/** The pieces that wait at a port. */
class Received implements Source {
  readonly length: number;
  private readonly port: MessagePort;
  private encoding: Base64 | undefined;

  constructor({ port, length }: Exclude<GivenText, string>) {
    this.port = port;
    this.length = length;
  }

  take(): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.encoding?.take();
    if (bytes) return bytes;
    this.encoding?.close();
    this.encoding = undefined;
    const piece: Piece | undefined = receiveMessageOnPort(this.port)?.message;
    if (!piece || !("base64" in piece)) return piece;
    this.encoding = new Base64(piece.base64, true);
    return this.encoding.take();
  }

  close(): void {
    this.encoding?.close();
    this.port.close();
  }
}

/** Lets go of a text that nobody wants. */
export function dropText(given: GivenText): void {
  if (typeof given !== "string") given.port.close();
}

/** Where a piece ends: never between the halves of a character. */
function pieceEnd(text: string, start: number): number {
  const end = Math.min(start + pieceLength, text.length);
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last < 0xdc00 && end < text.length ? end - 1 : end;
}
