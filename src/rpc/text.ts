/** JSON text: a string, or pieces one after another where another thread made some of it. */
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

/** Texts one after another; a string if all are. */
export function joinTexts(texts: readonly Text[]): Text {
  return texts.every((text) => typeof text === "string") ? texts.join("") : texts.flat();
}
