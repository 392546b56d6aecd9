import { randomNumbers } from "../src/studies/random.ts";

const inputCount = 10;
const reach = 50;
// Stands in the body where every request has another number.
const place = 0.123456789;

/** Requests for gradients of graphs with so many scalar nodes, no two of which are the same graph. */
export function coldGraph(nodes: number): { next(): string } {
  const [before, after] = JSON.stringify(request(nodes)).split(`${place}`) as [string, string];
  // Other numbers in every process, so that a service that has run before has not seen them.
  let number = Date.now() % 1e6;
  return { next: () => `${before}${++number / 1e7}${after}` };
}

function request(count: number) {
  const next = randomNumbers(count);
  const inputs = Array.from({ length: inputCount }, (_, i) => ({ name: `x${i}` }));
  const names = inputs.map(({ name }) => name);
  const earlier = () => names.at(-1 - Math.floor(((next() + 1) / 2) * Math.min(reach, names.length)))!;
  const nodes = Array.from({ length: count }, (_, i) => {
    const id = i === count - 1 ? "y" : `v${i}`;
    const node = operation(i, id, names.at(-1)!, earlier());
    names.push(id);
    return node;
  });
  return {
    graph: { inputs, nodes, outputs: ["y"] },
    inputs: Object.fromEntries(inputs.map(({ name }, i) => [name, (i + 1) / 8])),
  };
}

/** Values stay small whatever the length: each is bounded by the two before it that do not grow. */
function operation(i: number, id: string, last: string, other: string) {
  if (i === 0) return { id, op: "multiply", args: [last, place] };
  const kinds = [
    { op: "sin", args: [last] },
    { op: "multiply", args: [last, 0.75] },
    { op: "add", args: [last, other] },
    { op: "tanh", args: [last] },
    { op: "multiply", args: [last, other] },
  ];
  return { id, ...kinds[i % kinds.length]! };
}
