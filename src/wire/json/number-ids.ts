import { NumberText } from "../answer.ts";

/**
 * Keeps as text those JSON-RPC ids, at the top of a body, that are numbers which JavaScript would write otherwise, 64-bit counters
 * for one. The body's text is looked at only if there are such ids.
 */
export function keepNumberIds(value: unknown, text: string): void {
  const calls: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!calls.some(hasOddId)) return;
  const texts = idTexts(text);
  calls.forEach((call, i) => {
    if (hasOddId(call) && texts[i] !== undefined) call.id = new NumberText(texts[i]);
  });
}

function hasOddId(call: unknown): call is { id: unknown } {
  if (typeof call !== "object" || call === null || !Object.hasOwn(call, "id")) return false;
  const { id } = call as { id: unknown };
  return typeof id === "number" && (!Number.isSafeInteger(id) || Object.is(id, -0));
}

/** The text of each call's id that is a number; the text that holds them is JSON. One pass. */
function idTexts(text: string): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  let depth = 0;
  let call = 0;
  let callDepth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') {
      const start = at;
      for (at++; text[at] !== '"'; at++) if (text[at] === "\\") at++;
      if (depth !== callDepth) continue;
      member.lastIndex = at + 1;
      const value = member.exec(text);
      // Of two ids the last counts, as it does to JSON.parse.
      if (value && JSON.parse(text.slice(start, at + 1)) === "id") found[call] = value[1];
    } else if (character === "{" || character === "[") {
      if (depth === 0) callDepth = character === "[" ? 2 : 1;
      depth++;
    } else if (character === "}" || character === "]") depth--;
    else if (character === "," && depth === 1 && callDepth === 2) call++;
  }
  return found;
}

const member = /\s*:\s*(-?\d[-+.\deE]*)?/y;
