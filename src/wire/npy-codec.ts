import { notAcceptable } from "../errors.ts";
import { rowMajorData } from "../graph/ndarray.ts";
import { type Answer, KeptAnswer, NumberText, PlainAnswer, TensorLeaf, WrittenAnswer } from "./answer.ts";
import type { Codec } from "./codec.ts";
import { json } from "./json/json.ts";
import { npyHead, npyType } from "./npy.ts";
import { RawBytes } from "./raw-bytes.ts";

/**
 * `.npy` files, for answers of one tensor: of those that hold several, the last member that holds any, which is what a
 * method is named for, has to hold one. Bodies are never read as such, and problems are told in JSON.
 */
export const npy: Codec = {
  ...json,
  name: "npy",
  isBare: true,
  contentType: npyType,
  reads: () => false,
  answers: (mediaRange) => mediaRange === npyType,
  write(answer) {
    if (answer instanceof PlainAnswer && isProblem(answer.value)) return json.write(answer);
    const { array, isOwn } = onlyTensor(answer);
    const data = rowMajorData(array);
    const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    const isKept = answer instanceof KeptAnswer || !isOwn;
    return [new RawBytes(npyHead(array.dtype, array.shape)), new RawBytes(isKept ? bytes.slice() : bytes)];
  },
};

function isProblem(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "instance");
}

function onlyTensor(answer: Answer): TensorLeaf {
  const tree = answer instanceof KeptAnswer ? answer.tree : answer;
  const members = isTree(tree) ? Object.values(tree) : [];
  const held = members.map(leavesOf).findLast((leaves) => leaves.length > 0) ?? [];
  const [leaf] = held;
  if (leaf && held.length === 1) return leaf;
  throw notAcceptable(`${npyType} holds one tensor, and this answer has ${held.length}: name one in wrt and of`);
}

function leavesOf(answer: Answer): TensorLeaf[] {
  if (answer instanceof TensorLeaf) return [answer];
  return isTree(answer) ? Object.values(answer).flatMap(leavesOf) : [];
}

function isTree(answer: Answer): answer is readonly Answer[] | { readonly [name: string]: Answer } {
  if (typeof answer !== "object" || answer === null) return false;
  const isWhole = [NumberText, TensorLeaf, PlainAnswer, KeptAnswer, WrittenAnswer].some(
    (kind) => answer instanceof kind,
  );
  return !isWhole;
}
