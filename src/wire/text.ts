/** JSON text: a string, or pieces one after another where another thread made some of it, or some of it is long. */
export type Text = string | readonly (string | Source)[];

/** Bytes of UTF-8 that are taken bit by bit, each once. */
export interface Source {
  /** How many bytes there are in all. */
  readonly length: number;
  /** The next bytes, whose memory is the taker's; undefined when there are no more. */
  take(): Uint8Array<ArrayBuffer> | undefined;
  /** Lets go of what was not taken. */
  close(): void;
}

/** The bytes that a text takes in UTF-8. */
export function textBytes(text: Text): number {
  if (typeof text === "string") return Buffer.byteLength(text);
  return text.reduce(
    (bytes, piece) => bytes + (typeof piece === "string" ? Buffer.byteLength(piece) : piece.length),
    0,
  );
}

/** Puts texts one after another: a string if all are, else pieces. */
export class TextWriter {
  private last: string;
  private pieces: (string | Source)[] | undefined;

  constructor(first = "") {
    this.last = first;
  }

  add(text: Text): this {
    if (typeof text === "string") {
      this.last += text;
      return this;
    }
    this.pieces ??= [];
    for (const piece of text) {
      if (typeof piece === "string") this.last += piece;
      else {
        if (this.last !== "") this.pieces.push(this.last);
        this.pieces.push(piece);
        this.last = "";
      }
    }
    return this;
  }

  /** All that was added; nothing is added afterwards. */
  text(): Text {
    if (!this.pieces) return this.last;
    if (this.last !== "") this.pieces.push(this.last);
    return this.pieces;
  }
}

/** A short text in one piece; its sources are used up. */
export function wholeText(text: Text): string | Buffer {
  if (typeof text === "string") return text;
  const parts: Uint8Array[] = [];
  for (const piece of text) {
    if (typeof piece === "string") parts.push(Buffer.from(piece));
    else for (let bytes = piece.take(); bytes; bytes = piece.take()) parts.push(bytes);
  }
  return Buffer.concat(parts);
}
