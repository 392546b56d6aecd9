import { Random } from "../../test/support/random.ts";
import { hostileFunctions } from "./functions.ts";

/** One call that is meant to hurt. */
export interface Hostile {
  readonly family: string;
  readonly path: string;
  readonly body: string | Buffer;
}

type Json = unknown;
type Made = readonly [method: string, params: Json] | Buffer;

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const ones = (count: number) => new Array<number>(count).fill(1);
const scalar = [{ name: "x" }];
const vector = (n: number) => [{ name: "x", shape: [n] }];
const derivatives = ["gradient", "jacobian", "hessian", "symbolic", "check", "explain"] as const;

/** A call of a method on a graph, with the inputs that it takes. */
function on(method: string, graph: Json, x: Json = 0.5): Made {
  return [method, method === "explain" ? { graph, method: "hessian" } : { graph, inputs: { x } }];
}

/** `count` nodes, each of the one before, and what adds the last up. */
function chain(count: number, inputs: Json, node: (before: string, i: number) => object): Json {
  const nodes = range(count).map((i) => ({ id: `v${i}`, ...node(i === 0 ? "x" : `v${i - 1}`, i) }));
  return { inputs, nodes: [...nodes, { id: "y", op: "sum", args: [`v${count - 1}`] }], outputs: ["y"] };
}

const families: Readonly<Record<string, readonly [count: number, make: (random: Random, i: number) => Made]>> = {
  "broadcasts that double": [
    12,
    (random, i) => {
      const steps = 12 + 5 * i;
      const doubling = [
        (before: string, k: number) => ({ op: "broadcast_to", args: [before], attrs: { shape: ones(k + 1).fill(2) } }),
        (before: string) => ({ op: "concat", args: [before, before] }),
        (before: string) => ({ op: "tile", args: [before], attrs: { repetitions: [2] } }),
        (before: string) => ({ op: "stack", args: [before, before] }),
      ];
      const graph = chain(steps, i % 4 === 0 ? scalar : vector(1), doubling[i % 4]!);
      return on(random.pick(derivatives), graph, i % 4 === 0 ? 1 : [1]);
    },
  ],
  chains: [
    16,
    (random, i) => {
      const ops = ["sin", "exp", "square", "sqrt", "lgamma", "softmax", "cumulative_prod", "reciprocal"];
      const op = ops[i % ops.length]!;
      const count = [1000, 20_000][i >> 3]!;
      const isVector = ["softmax", "cumulative_prod"].includes(op);
      const graph = chain(count, isVector ? vector(8) : scalar, (before) => ({ op, args: [before] }));
      return on(random.pick(derivatives), graph, isVector ? ones(8) : 0.5);
    },
  ],
  stars: [
    12,
    (random, i) => {
      const count = [100, 3000, 20_000][i % 3]!;
      const rays = range(count).map((k) => ({ id: `r${k}`, op: random.pick(["sin", "cos", "square"]), args: ["x"] }));
      const outputs = i % 2 ? rays.map(({ id }) => id) : ["y"];
      const end = { id: "y", op: "concat", args: rays.map(({ id }) => id) };
      const graph = {
        inputs: vector(1 + (i % 4)),
        nodes: [...rays, end, { id: "z", op: "sum", args: ["y"] }],
        outputs,
      };
      return on(i % 2 ? "jacobian" : random.pick(["jacobian", "evaluate"]), graph, ones(1 + (i % 4)));
    },
  ],
  "huge attributes": [
    20,
    (random, i) => {
      const huge = random.pick([1e9, 2 ** 31, 2 ** 53, 1e15, -1e15]);
      const nodes: readonly object[] = [
        { op: "full", attrs: { shape: [Math.abs(huge)], value: 1 } },
        { op: "eye", attrs: { n: Math.abs(huge) } },
        { op: "arange", attrs: { start: 0, stop: huge, step: 1 } },
        { op: "arange", attrs: { start: 0, stop: 1, step: 1e-300 } },
        { op: "tile", args: ["x"], attrs: { repetitions: ones(40).fill(2) } },
        { op: "pad", args: ["x"], attrs: { pad_width: [[Math.abs(huge), 0]] } },
        { op: "roll", args: ["x"], attrs: { shift: huge } },
        { op: "sum", args: ["x"], attrs: { axis: range(100_000) } },
        { op: "reshape", args: ["x"], attrs: { shape: ones(100_000) } },
        { op: "einsum", args: ["x"], attrs: { equation: "a".repeat(100_000) } },
        { op: "einsum", args: ["x", "x"], attrs: { equation: `i,j->${"ij".repeat(30)}` } },
        { op: "slice", args: ["x"], attrs: { start: [huge], stop: [-huge], step: [huge] } },
        { op: "polygamma", args: ["x"], attrs: { n: Math.abs(huge) } },
        { op: "diagonal", args: ["x"], attrs: { offset: huge } },
        { op: "expand_dims", args: ["x"], attrs: { axis: huge } },
        { op: "tensordot", args: ["x", "x"], attrs: { axes: Math.abs(huge) } },
        { op: "var", args: ["x"], attrs: { correction: huge } },
        { op: "permute_dims", args: ["x"], attrs: { axes: range(50_000) } },
        { op: "broadcast_to", args: ["x"], attrs: { shape: [65_536, 65_536, 4] } },
        { op: "clip", args: ["x"], attrs: { min: "NaN", max: "-Infinity" } },
      ];
      const graph = { inputs: vector(4), nodes: [{ id: "y", ...nodes[i]! }], outputs: ["y"] };
      return on(random.pick(["evaluate", "jacobian"]), graph, ones(4));
    },
  ],
  formulas: [
    18,
    (random, i) => {
      const n = [300, 5000, 100_000][i % 3]!;
      const texts = [
        `${"(".repeat(n)}x${")".repeat(n)}`,
        `x${"^x".repeat(n)}`,
        `${"-".repeat(n)}x`,
        range(n)
          .map((k) => `v${k} = ${k === 0 ? "x" : `v${k - 1}`} * 1.0001`)
          .join(";"),
        `${"sin(".repeat(n)}x${")".repeat(n)}`,
        `${"x".repeat(n)} + ${"9".repeat(n)} + 1e${"9".repeat(n)}`,
      ];
      return on(random.pick(derivatives), { expression: texts[Math.floor(i / 3)]! });
    },
  ],
  numbers: [
    12,
    (random, i) => {
      const texts = ["1e999", "-1e-999", `1.${"1".repeat(200_000)}`, `1e${"0".repeat(100_000)}1`, "9".repeat(400)];
      const more = ["-0", "1E400", "0.1e+0308", "2e308", '"NaN"', '"Infinity"', "5e-324"];
      const method = random.pick(["evaluate", "gradient", "hessian"]);
      return raw(method, `{"graph":{"expression":"x*x"},"inputs":{"x":${[...texts, ...more][i]!}}}`);
    },
  ],
  names: [
    14,
    (random, i) => {
      const names = ["__proto__", "constructor", "toString", "NaN", "Infinity", "", "a".repeat(128), "a".repeat(129)];
      const more = ["a b", "é", "\ud800", "x\u0000", "hasOwnProperty", "a".repeat(1_000_000)];
      const name = [...names, ...more][i]!;
      const graph = { inputs: [{ name }], nodes: [{ id: "y", op: "sin", args: [name] }], outputs: ["y"] };
      return [random.pick(["evaluate", "gradient"]), { graph, inputs: { [name]: 1 } }];
    },
  ],
  keys: [
    10,
    (random, i) => {
      const many = Object.fromEntries(range(50_000).map((k) => [`k${k}`, random.unit()]));
      const places: readonly Json[] = [
        { ...many, graph: { expression: "x" } },
        { graph: { expression: "x", ...many } },
        { graph: { expression: "x" }, inputs: many },
        { graph: { inputs: [{ name: "x", ...many }], nodes: [], outputs: ["x"] }, inputs: { x: 1 } },
        { graph: { inputs: scalar, nodes: [{ id: "y", op: "sin", args: ["x"], attrs: many }], outputs: ["y"] } },
        { graph: { expression: "x" }, inputs: { x: { shape: [], data: [1], ...many } } },
      ];
      const texts = [
        `{"graph":{"expression":"x"},"inputs":{"__proto__":{"x":1}}}`,
        `{"__proto__":null,"graph":{"expression":"x"},"inputs":{"x":1}}`,
        `{${'"graph":{"expression":"x"},'.repeat(5000)}"inputs":{"x":1}}`,
        `{"graph":{"expression":"x"},"inputs":{${'"x":1,'.repeat(20_000)}"x":1}}`,
      ];
      return i < places.length ? ["evaluate", places[i]] : raw("evaluate", texts[i - places.length]!);
    },
  ],
  base64: [
    12,
    (random, i) => {
      const bytes = (n: number) => Buffer.alloc(n, random.below(256)).toString("base64");
      const texts = [
        bytes(8).slice(1),
        ` ${bytes(8)}`,
        bytes(7),
        bytes(9),
        `${bytes(8)}=`,
        bytes(8).replaceAll("A", "-"),
      ];
      const more = [
        "=".repeat(100_000),
        bytes(3e6),
        "A".repeat(4_000_001),
        `${bytes(6e6)}\n`,
        "\\u0041".repeat(50_000),
        "",
      ];
      const data = [...texts, ...more][i]!;
      const graph = { expression: "sum(x)", inputs: [{ name: "x", shape: [1] }] };
      return ["gradient", { graph, inputs: { x: { shape: [1], dtype: "float64", data } } }];
    },
  ],
  shapes: [
    14,
    (random, i) => {
      const shapes: readonly Json[] = [
        ones(33),
        [-1],
        [1.5],
        [2 ** 53],
        [1e9, 1e9, 0],
        [0, 2 ** 31],
        ["2"],
        [null],
        [[2]],
        {},
        ones(100_000),
        [2 ** 27 + 1],
        [65_536, 65_536],
        "2",
      ];
      const graph = {
        inputs: [{ name: "x", shape: shapes[i] }],
        nodes: [{ id: "y", op: "sum", args: ["x"] }],
        outputs: ["y"],
      };
      return on(random.pick(["evaluate", "gradient", "explain"]), graph, []);
    },
  ],
  "functions, loops and branches": [
    hostileFunctions().length,
    (random, i) => on(random.pick(derivatives), { expression: hostileFunctions()[i]! }),
  ],
  bodies: [
    12,
    (_, i) => {
      const call =
        '{"jsonrpc":"2.0","id":1,"method":"evaluate","params":{"graph":{"expression":"x"},"inputs":{"x":1}}}';
      const texts: readonly (string | Buffer)[] = [
        "[".repeat(1e6),
        `${'{"a":'.repeat(1e5)}1`,
        `"${"\\".repeat(1e6)}`,
        `[${`${call},`.repeat(2000)}1]`,
        `[${"1,".repeat(99)}1]`,
        `[${"[],".repeat(1e5)}1]`,
        Buffer.alloc(200_000, 0xff),
        Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
        `\ufeff${call}`,
        call.replace('"id":1', '"id":1e999'),
        call.replace('"id":1', `"id":"${"i".repeat(1e6)}"`),
        call.replace("evaluate", "m".repeat(1e6)),
      ];
      return Buffer.from(texts[i]!);
    },
  ],
};

function raw(method: string, params: string): Made {
  return Buffer.from(`{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`);
}

/** All of them, in a form that a seed decides; `timeoutMs` is what those ask for that can. */
export function hostileCalls(seed: number, timeoutMs: number): Hostile[] {
  return Object.entries(families).flatMap(([family, [count, make]]) =>
    range(count).map((i) => {
      const made = make(new Random(seed + i), i);
      if (Buffer.isBuffer(made)) return { family, path: "/rpc", body: made };
      const [method, params] = made;
      const asked = { timeoutMs, ...(params as object) };
      if (i % 2 === 0) return { family, path: `/v1/${method}`, body: JSON.stringify(asked) };
      return { family, path: "/rpc", body: JSON.stringify({ jsonrpc: "2.0", id: i, method, params: asked }) };
    }),
  );
}
