import { type Answer, KeptAnswer, NumberText, PlainAnswer, TensorLeaf, WrittenAnswer } from "../answer.ts";
import { type Text, TextWriter } from "../text.ts";
import { tensorJson } from "./tensor-json.ts";

/** The JSON text of an answer. Members that are undefined are left out, as JSON.stringify does. */
export function writeJson(answer: Answer): Text {
  if (answer instanceof KeptAnswer) return writeKept(answer);
  const text = new TextWriter();
  write(answer, text);
  return text.text();
}

/** What takes the parts of an answer, one after another. */
interface Target {
  add(text: Text): unknown;
  leaf?(leaf: TensorLeaf): void;
}

function write(answer: Answer, target: Target): void {
  if (typeof answer !== "object" || answer === null) target.add(scalarJson(answer));
  else if (answer instanceof NumberText) target.add(answer.text);
  else if (answer instanceof TensorLeaf) {
    if (target.leaf) target.leaf(answer);
    else target.add(tensorJson(answer.array, answer.encoding, answer.isOwn));
  } else if (answer instanceof WrittenAnswer) target.add(answer.text);
  else if (answer instanceof PlainAnswer) target.add(JSON.stringify(answer.value) ?? "null");
  else if (answer instanceof KeptAnswer) write(answer.tree, target);
  else if (Array.isArray(answer)) writeItems(answer, target);
  else writeMembers(answer as { readonly [name: string]: Answer }, target);
}

/** A number that JSON has no literal for is its name, never null. */
function scalarJson(value: null | undefined | boolean | number | string): string {
  if (typeof value === "number") return value - value === 0 ? String(value) : `"${value}"`;
  if (typeof value === "string") return JSON.stringify(value);
  return value === undefined ? "null" : String(value);
}

function writeItems(items: readonly Answer[], target: Target): void {
  let before = "[";
  for (const item of items) {
    target.add(before);
    write(item, target);
    before = ",";
  }
  target.add(before === "[" ? "[]" : "]");
}

function writeMembers(members: { readonly [name: string]: Answer }, target: Target): void {
  let before = "{";
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (value === undefined) continue;
    target.add(before + keyOf(name));
    write(value, target);
    before = ",";
  }
  target.add(before === "{" ? "{}" : "}");
}

/** `"name":`, quoted once: results have few names of their own. */
function keyOf(name: string): string {
  let text = keys.get(name);
  if (text === undefined) {
    text = `${JSON.stringify(name)}:`;
    if (keys.size < keysMax) keys.set(name, text);
  }
  return text;
}

const keys = new Map<string, string>();
const keysMax = 1000;

/** An answer's texts, and the leaves between them: after the first text the first leaf, and so on. */
interface Form {
  readonly texts: readonly string[];
  readonly leaves: readonly TensorLeaf[];
}

function writeKept(kept: KeptAnswer): Text {
  const { texts, leaves } = kept.formFor(writeKept, formOf);
  let text = texts[0]!;
  for (let i = 0; i < leaves.length; i++) {
    const { array, encoding } = leaves[i]!;
    const piece = tensorJson(array, encoding, false);
    if (typeof piece !== "string") return writeLong(texts, leaves);
    text += piece + texts[i + 1]!;
  }
  return text;
}

/** As {@link writeKept}, where a leaf is too long for one string. */
function writeLong(texts: readonly string[], leaves: readonly TensorLeaf[]): Text {
  const text = new TextWriter(texts[0]!);
  leaves.forEach(({ array, encoding }, i) => {
    text.add(tensorJson(array, encoding, false)).add(texts[i + 1]!);
  });
  return text.text();
}

function formOf(tree: Answer): Form {
  const texts: string[] = [];
  const leaves: TensorLeaf[] = [];
  let last = "";
  write(tree, {
    add(text) {
      if (typeof text !== "string") throw new Error("a kept answer holds what was written as pieces");
      last += text;
    },
    leaf(leaf) {
      texts.push(last);
      leaves.push(leaf);
      last = "";
    },
  });
  return { texts: [...texts, last], leaves };
}
