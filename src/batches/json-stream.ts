import { randomUUID } from "node:crypto";
import { type Answer, WrittenAnswer } from "../wire/answer.ts";
import { json } from "../wire/json/json.ts";
import { tensorStream } from "../wire/json/tensor-stream.ts";
import type { Encoding } from "../wire/json/tensor-value.ts";
import { wholeText } from "../wire/text.ts";
import type { ResultLeaf, ResultTree } from "./results.ts";

/** The JSON text of a result in short parts; `around` puts it into something larger. */
export async function* resultText(
  result: ResultTree,
  encoding: Encoding | undefined,
  around: (result: Answer) => Answer = (result) => result,
): AsyncGenerator<string> {
  // Nobody outside knows the mark, so that no name can hold it.
  const mark = randomUUID();
  const placed: ResultLeaf[] = [];
  const tree = result.tree((leaf) => {
    placed.push(leaf);
    return new WrittenAnswer(mark);
  });
  const texts = String(wholeText(json.write(around(tree)))).split(mark);
  yield texts[0]!;
  for (const [i, leaf] of placed.entries()) {
    yield* tensorStream(leaf, encoding ?? leaf.encoding);
    yield texts[i + 1]!;
  }
}
