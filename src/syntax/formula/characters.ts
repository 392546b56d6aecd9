/** Codes of characters. */
export const [tab, lineFeed, carriageReturn, space, dot] = [0x09, 0x0a, 0x0d, 0x20, 0x2e];
/** Codes of marks. */
export const [hash, quotes, apostrophe, backtick, backslash, bar] = [0x23, 0x22, 0x27, 0x60, 0x5c, 0x7c];

/** The place after a number. */
export function numberEnd(text: string, start: number): number {
  let end = skip(text, start, isDigit);
  if (text.charCodeAt(end) === dot) end = skip(text, end + 1, isDigit);
  if (text[end] !== "e" && text[end] !== "E") return end;
  const digits = text[end + 1] === "+" || text[end + 1] === "-" ? end + 2 : end + 1;
  return isDigit(text.charCodeAt(digits)) ? skip(text, digits, isDigit) : end;
}

/** A character as Unicode calls it, `U+0041`. */
export function codePointName(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Whether a character is a blank or ends a line. */
export function isBlank(code: number): boolean {
  return code === space || code === tab || code === lineFeed || code === carriageReturn;
}

/** Whether a line ends with a character; of a carriage return and a line feed it is the second that ends it. */
export function isNewline(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === lineFeed || (code === carriageReturn && text.charCodeAt(at + 1) !== lineFeed);
}

/** The first place from `at` on whose character does not hold. */
export function skip(text: string, at: number, holds: (code: number) => boolean): number {
  while (at < text.length && holds(text.charCodeAt(at))) at += 1;
  return at;
}

/** Whether a character is a digit. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Whether a character may begin a name. */
export function isNameStart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f;
}

/** Whether a character may stand in a name. */
export function isNamePart(code: number): boolean {
  return isNameStart(code) || isDigit(code);
}

/** Whether a character may stand in a name in backticks. */
export function isQuotedNamePart(code: number): boolean {
  return isNamePart(code) || code === dot || code === 0x2d;
}

/** Whether a character ends no line. */
export function isNoNewline(code: number): boolean {
  return code !== lineFeed && code !== carriageReturn;
}

/** Whether a character may stand as it is in a text in quotes. */
export function isInQuotes(code: number): boolean {
  return code !== quotes && code !== backslash && isNoNewline(code);
}

/** Whether a character may stand as it is in a text in apostrophes. */
export function isInApostrophes(code: number): boolean {
  return code !== apostrophe && code !== backslash && isNoNewline(code);
}
