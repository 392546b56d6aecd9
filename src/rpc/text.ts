/** JSON text: as a string, or, where another thread made it, as pieces of UTF-8. */
export type Text = string | readonly Uint8Array[];

/** The bytes that a text takes in UTF-8. */
export function textBytes(text: Text): number {
  if (typeof text === "string") return Buffer.byteLength(text);
  return text.reduce((bytes, piece) => bytes + piece.length, 0);
}

/** Texts one after another; a string if all are, for big pieces are not copied. */
export function joinTexts(texts: readonly Text[]): Text {
  if (texts.every((text) => typeof text === "string")) return texts.join("");
  return texts.flatMap((text) => (typeof text === "string" ? [Buffer.from(text)] : text));
}
