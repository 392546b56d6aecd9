import type { Place } from "../../engine/in-place.ts";
import { type Prepared, prepare, strips } from "../../engine/runs/execute.ts";
import { quote } from "../../errors.ts";
import { constantValue, type Node, type Operator } from "../../graph/operator.ts";
import { resultIndex } from "../../operators/results.ts";
import { freshNames } from "../../syntax/names.ts";
import type { DecodedTensor } from "../../syntax/tensor.ts";
import type { Selection } from "../../transforms/derive.ts";
import type { Kinks } from "../plan.ts";
import type { Question } from "../question.ts";
import type { Warning, Warnings } from "./warnings.ts";

/** What tells which kinks a call's inputs are at; `always` where it looks for all of them, whoever asks. */
export function kinksOf({ derivation, diagnose }: Question, selection: Selection, always: boolean): Kinks | undefined {
  return derivation.probing(always || diagnose ? "kinks" : "hidden-kinks", selection);
}

/** Makes the program that looks for kinks ready. */
export function prepareKinks(
  { derivation, points }: Question,
  { derived }: Kinks,
  inputs: readonly DecodedTensor[],
): Prepared {
  return prepare(derivation, { derived, inputs, points, seeds: undefined });
}

/** Looks for kinks, and warns of those that the inputs are at, and of functions in which nobody looked. */
export function warnOfKinks(
  question: Question,
  { places, unseen }: Kinks,
  prepared: Prepared,
  warnings: Warnings,
): Generator<void, void> {
  warnOfUnseen(question, unseen, "kinks", warnings);
  return warnWhere(question, places, prepared, warnings, ({ name, kink }) => ({
    type: "kink",
    message: `${name} is at a kink, where no derivative exists; given is ${kink!.told}`,
  }));
}

/** Warns of functions that something was not looked for in: loops of many steps, or of as many as a condition says. */
export function warnOfUnseen(question: Question, unseen: readonly Place[], what: string, warnings: Warnings): void {
  const names = unseen.length > 0 ? nodeNames(question) : undefined;
  for (const { node, operator, function: held } of unseen) {
    const name = names?.get(node);
    warnings.add({
      type: "undecided",
      message: `${what} were not looked for in function ${quote(held!)} of ${operator.name}`,
      ...(name !== undefined && { node: name }),
      operator: operator.name,
      function: held!,
    });
  }
}

/** Warns of nodes, and at which points, of which a program counts elements that are not 0. */
export function* warnWhere(
  question: Question,
  places: readonly Place[],
  prepared: Prepared,
  warnings: Warnings,
  tell: (operator: Operator) => Pick<Warning, "type" | "message">,
): Generator<void, void> {
  let names: ReadonlyMap<Node, string> | undefined;
  // Of a function within a loop the first step at a point is told.
  const told = new Set<string>();
  yield* strips(prepared, question.budget, ({ outputs, firstPoint, points }) => {
    places.forEach(({ node, operator, function: held, step }, i) => {
      const { data, offset, strides } = outputs[i]!;
      for (let p = 0; p < points; p++) {
        if (data[offset + p * (strides[0] ?? 0)] === 0) continue;
        names ??= nodeNames(question);
        const name = names.get(node);
        const key = JSON.stringify([node.index, operator.name, held, firstPoint + p]);
        if (held !== undefined && told.has(key)) continue;
        told.add(key);
        const where = {
          ...(name !== undefined && { node: name }),
          ...(held !== undefined && { function: held }),
          ...(step !== undefined && { step }),
        };
        const { type, message } = tell(operator);
        const inside =
          held === undefined ? "" : ` (in function ${quote(held)}${step === undefined ? "" : `, step ${step}`})`;
        warnings.add(
          { type, message: `${message}${inside}`, ...where, operator: operator.name },
          question.points === undefined ? undefined : firstPoint + p,
        );
      }
    });
  });
}

/** The names of nodes as the sender of a graph knows them: in its document, or where it sent an id in that of `graph.get`. */
export function nodeNames({ loaded, loading }: Question): Map<Node, string> {
  const { order } = loaded.canonical;
  const spelling = loading.spelling();
  const names = new Map<Node, string>();
  if (!spelling) {
    const next = freshNames("n", new Set(loaded.graph.inputs.map(({ name }) => name)));
    for (const node of order) if (!constantValue(node) && resultIndex(node) === undefined) names.set(node, next());
    return names;
  }
  for (const { name, node } of loaded.graph.outputs) names.set(node, name);
  for (const [number, name] of spelling.names.entries()) if (name !== undefined) names.set(order[number]!, name);
  return names;
}
