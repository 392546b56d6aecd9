/** A place in a text: `line` and `column` count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A place in a text as it is shown: with the characters around it, and a caret under the first that is meant. */
export interface Place extends Position {
  readonly excerpt: string;
}

/** A place in words, before what is told of it. */
export function lineOf({ line, column }: Position): string {
  return `line ${line}, column ${column}: `;
}

/** The place of a character of a text, by its number. */
export function placeOf(text: string, offset: number): Place {
  let line = 1;
  let start = 0;
  for (const { index, 0: newline } of text.slice(0, offset).matchAll(newlines)) {
    line++;
    start = index + newline.length;
  }
  const from = Math.max(start, offset - shownBefore);
  const rest = text.slice(from, offset + shownAfter);
  const shown = rest.slice(0, offset - from) + /^[^\r\n]*/.exec(rest.slice(offset - from))![0];
  const [cutBefore, cutAfter] = [
    from > start,
    from + shown.length < text.length && !/[\r\n]/.test(text[from + shown.length]!),
  ];
  const excerpt = `${cutBefore ? "…" : ""}${printable(shown)}${cutAfter ? "…" : ""}`;
  const caret = `${" ".repeat(offset - from + (cutBefore ? 1 : 0))}^`;
  return { line, column: offset - start + 1, excerpt: `${excerpt}\n${caret}` };
}

/** The place of a position in a text. */
export function placeAt(text: string, { line, column }: Position): Place {
  let start = 0;
  let lines = 1;
  for (const { index, 0: newline } of text.matchAll(newlines)) {
    if (lines === line) break;
    lines++;
    start = index + newline.length;
  }
  return placeOf(text, start + column - 1);
}

const newlines = /\r\n|\r|\n/g;
const [shownBefore, shownAfter] = [40, 20];

/** Unprintable characters would move the caret, or worse. */
function printable(text: string): string {
  return text.toWellFormed().replaceAll("\t", " ").replace(/\p{C}/gu, "·");
}
