import { computed, signal } from "@preact/signals";
import { isMadeUp } from "../../syntax/formula/naming.ts";
import { session, traced, translation } from "../state/store.ts";
import { current } from "../steps/player.ts";
import { fold } from "./fold.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { type GraphModel, modelOfDocument, modelOfTrace, outputNodes } from "./model.ts";

/** So many nodes are drawn at once. */
const nodesMax = 400;
/** Graphs with more nodes are folded, unless somebody decides otherwise. */
const legibleNodes = 30;

/** Whether parts are folded; undefined leaves it to the size of the graph. */
export const isFolding = signal<boolean | undefined>(undefined);

/** The statements that are unfolded all the same. */
export const unfolded = signal<ReadonlySet<string>>(new Set());

/** The node around which a graph is shown that is too large to be shown whole. */
export const focus = signal<string | undefined>(undefined);

/** Folds a statement, or unfolds it. */
export function toggleFold(name: string): void {
  const next = new Set(unfolded.peek());
  if (!next.delete(name)) next.add(name);
  unfolded.value = next;
}

/** The whole graph: with values where there is a trace, else as the document has it. */
export const whole = computed<GraphModel | undefined>(() => {
  const { data, problem } = traced.value;
  const { document } = translation.value ?? {};
  if (data && !problem) return modelOfTrace(data, outputNodes(document));
  return problem && document ? modelOfDocument(document) : undefined;
});

/** Whether there is something to fold, and whether it is folded. */
export const folding = computed(() => isFolding.value ?? (whole.value?.nodes.length ?? 0) > legibleNodes);

/** Names that the author of the function gave. */
const ownNames = computed(() => {
  const { document } = translation.value ?? {};
  return new Set(
    document?.nodes.map(({ id }) => id).filter((id) => session.value.source.form === "json" || !isMadeUp(id)),
  );
});

/** The graph as it is drawn, folded. */
export const model = computed(() => {
  const graph = whole.value;
  if (!graph) return undefined;
  const own = ownNames.value;
  return fold(graph, {
    isNamed: ({ name }) => own.has(name),
    isFolding: folding.value,
    unfolded: unfolded.value,
    focus: focus.value,
    nodesMax,
  });
});

/** The edges that something flows along now, between what is seen of their ends. */
export const lit = computed(() => {
  const { seenAs } = model.value ?? {};
  const pairs = (current.value?.edges ?? []).flatMap(({ from, to }) => {
    const [a, b] = [seenAs?.get(from), seenAs?.get(to)];
    return a !== undefined && b !== undefined && a !== b ? [`${a} ${b}`] : [];
  });
  return new Set(pairs);
});

/** The node that is worked at now, as it is seen. */
export const nodeNow = computed(() => {
  const row = current.value?.row;
  return row === undefined ? undefined : model.value?.seenAs.get(row);
});

let laidOut: { readonly key: string; readonly layout: Layout } | undefined;

/** Where its parts are; numbers that change move nothing. */
export const layout = computed(() => {
  const drawn = model.value;
  if (!drawn || drawn.nodes.length === 0) return undefined;
  const key = JSON.stringify([drawn.nodes.map(({ name, kind, outputs }) => [name, kind, outputs]), drawn.edges]);
  if (laidOut?.key !== key) laidOut = { key, layout: layoutOf(drawn) };
  return laidOut.layout;
});
