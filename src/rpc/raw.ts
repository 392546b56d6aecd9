/** JSON text made beforehand. A handler may return one instead of a value: the text goes out as it is. */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The JSON text of a value that may be a RawJson, but holds none deeper down; `undefined` becomes null. */
export function jsonText(value: unknown): string {
  return value instanceof RawJson ? value.text : (JSON.stringify(value) ?? "null");
}

/** An object some of whose members are RawJson; undefined members are left out, as JSON.stringify does. */
export function rawObject(members: Readonly<Record<string, unknown>>): RawJson {
  let text = "{";
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (value !== undefined) text += `${text.length === 1 ? "" : ","}${key(name)}${jsonText(value)}`;
  }
  return new RawJson(`${text}}`);
}

/** An array some of whose items are RawJson. */
export function rawArray(items: readonly unknown[]): RawJson {
  return new RawJson(`[${items.map(jsonText).join(",")}]`);
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
