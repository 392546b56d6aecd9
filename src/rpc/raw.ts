import { type Text, TextWriter } from "./text.ts";

/** JSON text made beforehand. A handler may return one instead of a value: the text goes out as it is. */
export class RawJson {
  readonly text: Text;

  constructor(text: Text) {
    this.text = text;
  }
}

/** The JSON text of a value that may be a RawJson, but holds none deeper down; `undefined` becomes null. */
export function jsonText(value: unknown): Text {
  return value instanceof RawJson ? value.text : (JSON.stringify(value) ?? "null");
}

/** An object some of whose members are RawJson; undefined members are left out, as JSON.stringify does. */
export function rawObject(members: Readonly<Record<string, unknown>>): RawJson {
  const text = new TextWriter("{");
  let isFirst = true;
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (value === undefined) continue;
    text.add(isFirst ? key(name) : `,${key(name)}`).add(jsonText(value));
    isFirst = false;
  }
  return new RawJson(text.add("}").text());
}

/** An array some of whose items are RawJson. */
export function rawArray(items: readonly unknown[]): RawJson {
  const text = new TextWriter("[");
  items.forEach((item, i) => {
    text.add(i === 0 ? "" : ",").add(jsonText(item));
  });
  return new RawJson(text.add("]").text());
}

/** `"name":`, quoted once: results have few names of their own. */
function key(name: string): string {
  let text = keys.get(name);
  if (text === undefined) {
    text = `${JSON.stringify(name)}:`;
    if (keys.size < keysMax) keys.set(name, text);
  }
  return text;
}

const keys = new Map<string, string>();
const keysMax = 1000;
