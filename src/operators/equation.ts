import { OperandFault } from "../graph/fault.ts";
import type { Node } from "../graph/operator.ts";
import { range, showShape } from "../graph/shape.ts";

/** An equation with a letter for each axis: of "..." those from {@link letterAt}, the last axis first. */
export function parseEquation(
  text: string,
  args: readonly Node[],
): { operands: string[]; out: string; written: string } {
  const equation = text.replaceAll(" ", "");
  const [left, right, ...more] = equation.split("->");
  if (more.length > 0) throw new OperandFault(`equation "${text}" has more than one "->"`);
  const parts = left!.split(",");
  for (const part of [...parts, right ?? ""]) {
    const [letters = "", ...after] = part.split("...");
    const bad = /[^A-Za-z]/.exec([letters, ...after].join(""));
    if (bad) throw new OperandFault(`equation "${text}" holds ${JSON.stringify(bad[0])}, which is not a letter`);
    if (after.length > 1) throw new OperandFault(`equation "${text}" has "..." twice in one operand`);
  }
  if (parts.length !== args.length) {
    throw new OperandFault(`equation has ${parts.length} operands, received ${args.length}`);
  }
  let longest = 0;
  const operands = parts.map((part, i) => {
    const { shape } = args[i]!;
    const named = part.replace("...", "").length;
    const open = shape.length - named;
    if (part.includes("...") ? open < 0 : open !== 0) {
      throw new OperandFault(`"${part}" names ${named} axes, shape ${showShape(shape)} has ${shape.length}`, i);
    }
    longest = Math.max(longest, open);
    return part.replace("...", batchLetters(open));
  });
  const counts = new Map<string, number>();
  for (const letter of parts.join("").replaceAll("...", "")) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const once = () =>
    [...counts]
      .filter(([, count]) => count === 1)
      .map(([letter]) => letter)
      .sort()
      .join("");
  const result = right ?? (left!.includes("...") ? `...${once()}` : once());
  if (longest > 0 && !result.includes("...")) {
    throw new OperandFault(`equation "${text}" drops the axes of "..." from its result; name them to sum over them`);
  }
  for (const letter of result.replace("...", "")) {
    if (!counts.has(letter)) throw new OperandFault(`equation "${text}": no operand has the axis "${letter}"`);
  }
  return { operands, out: result.replace("...", batchLetters(longest)), written: `${parts.join(",")}->${result}` };
}

/** Whether a letter stands for an axis of "...". */
export function isShared(letter: string): boolean {
  return letter >= letterAt(0);
}

/** A letter as the equation has it. */
export function shownLetter(letter: string): string {
  return isShared(letter) ? "..." : letter;
}

/** Letters for leading axes, the last axis first, in the order of the axes. */
export function batchLetters(count: number): string {
  return range(count)
    .map((i) => letterAt(count - 1 - i))
    .join("");
}

/** The i-th letter that no equation of a document has. */
export function letterAt(i: number): string {
  return String.fromCharCode(0x100 + i);
}

/** A letter that is not among some. */
export function unusedLetter(used: string): string {
  let i = 0;
  while (used.includes(letterAt(i))) i++;
  return letterAt(i);
}
