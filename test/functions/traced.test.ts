import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Case, differences, type Nested, numbersIn, shapeOf, type Tensors } from "../golden/cases.ts";
import { type Json, start } from "../methods/service.ts";
import { Random } from "../support/random.ts";

/** A program that JAX traced, as a document, with its values and derivatives by JAX in float64. */
interface Traced extends Pick<Case, "name" | "inputs" | "tolerance"> {
  readonly graph: Case["graph"] & { readonly functions: Json };
  readonly expect: {
    readonly outputs: Tensors;
    readonly jacobian: Readonly<Record<string, Tensors>>;
    readonly hessian?: Readonly<Record<string, Tensors>>;
  };
}

const { cases }: { cases: readonly Traced[] } = JSON.parse(
  readFileSync(new URL("../data/traced.json", import.meta.url), "utf8"),
);

describe.each(["compiled", "interpreted"])("%s", (PROGRAMS) => {
  test.each(cases)("$name", async (one) => {
    const { ok } = start({ PROGRAMS });
    const { graph, inputs, expect: wanted } = one;
    const close = closeTo(one);
    for (const mode of ["forward", "reverse"]) {
      const answer = await ok("jacobian", { graph, inputs, mode });
      close(answer.outputs, wanted.outputs, "outputs");
      close(answer.jacobian, wanted.jacobian, mode);
    }
    const { seeds, cotangents, tangents, pulled } = productsOf(one);
    close((await ok("jvp", { graph, inputs, seeds })).tangents, tangents, "jvp");
    close((await ok("vjp", { graph, inputs, seeds: cotangents })).cotangents, pulled, "vjp");
    if (!wanted.hessian) return;
    const [of] = Object.keys(wanted.jacobian);
    const second = await ok("hessian", { graph, inputs, of: [of] });
    close(second.gradient, wanted.jacobian[of!]!, "gradient");
    close(second.hessian, wanted.hessian, "hessian");
    close((await ok("hvp", { graph, inputs, of: [of], seeds })).hvp, hvpOf(one, seeds), "hvp");
  });

  test.each(cases)("$name, at several points", async (one) => {
    const { ok } = start({ PROGRAMS });
    const { graph, inputs, expect: wanted } = one;
    const isFloat = (name: string) => !graph.inputs.find((input) => input.name === name)?.dtype;
    const moved = mapped(inputs, (tensor, name) => (isFloat(name) ? scaled(tensor, 1 + 2 ** -7) : tensor));
    const points = mapped(inputs, (tensor, name) => [tensor, moved[name]!, tensor]);
    const between = await ok("jacobian", { graph, inputs: moved });
    for (const mode of ["forward", "reverse"]) {
      const answer = await ok("jacobian", { graph, inputs: points, batch: 3, mode });
      const joined = (a: Tensors, b: Tensors) => mapped(a, (tensor, name) => [tensor, b[name]!, tensor]);
      closeTo(one)(answer.outputs, joined(wanted.outputs, between.outputs), "outputs");
      for (const [of, row] of Object.entries(wanted.jacobian)) {
        closeTo(one)(answer.jacobian[of], joined(row, between.jacobian[of]), `${mode} ${of}`);
      }
    }
  });
});

/** Throws where tensors, by names, have another shape than those expected, or other numbers. */
function closeTo({ tolerance }: Traced) {
  const close = (actual: Json, expected: Json, path: string): void => {
    if (typeof expected === "object" && !Array.isArray(expected)) {
      expect(Object.keys(actual), path).toEqual(Object.keys(expected));
      for (const key of Object.keys(expected)) close(actual[key], expected[key], `${path}.${key}`);
      return;
    }
    expect(shapeOf(actual), path).toEqual(shapeOf(expected));
    const numbers = numbersIn(expected);
    const absolute = tolerance * Math.max(1e-3, ...numbers.map(Math.abs));
    expect(differences(numbersIn(actual), numbers, { tolerance, absolute }), path).toEqual([]);
  };
  return close;
}

/** Random seeds for both sides, and the products of the expected Jacobian with them. */
function productsOf({ name, inputs, expect: { outputs, jacobian } }: Traced) {
  const random = new Random(name.length);
  const like = (tensor: Nested) => scaled(tensor, 0, () => random.between(-1, 1));
  const moving = Object.keys(Object.values(jacobian)[0]!);
  const seeds = Object.fromEntries(moving.map((input) => [input, like(inputs[input]!)]));
  const cotangents = mapped(jacobian, (_, of) => like(outputs[of]!));
  const tangents = mapped(jacobian, (row, of) => {
    const sums = numbersIn(outputs[of]!).map(() => 0);
    for (const input of moving) {
      const [slopes, seed] = [numbersIn(row[input]!), numbersIn(seeds[input]!)];
      slopes.forEach((slope, i) => {
        sums[Math.floor(i / seed.length)]! += slope * seed[i % seed.length]!;
      });
    }
    return filled(outputs[of]!, sums);
  });
  const pulled = Object.fromEntries(
    moving.map((input) => {
      const sums = numbersIn(inputs[input]!).map(() => 0);
      for (const [of, row] of Object.entries(jacobian)) {
        const weights = numbersIn(cotangents[of]!);
        numbersIn(row[input]!).forEach((slope, i) => {
          sums[i % sums.length]! += slope * weights[Math.floor(i / sums.length)]!;
        });
      }
      return [input, filled(inputs[input]!, sums)];
    }),
  );
  return { seeds, cotangents, tangents, pulled };
}

function hvpOf({ inputs, expect: { hessian } }: Traced, seeds: Tensors): Tensors {
  return mapped(hessian!, (row, a) => {
    const sums = numbersIn(inputs[a]!).map(() => 0);
    for (const [b, block] of Object.entries(row)) {
      const seed = numbersIn(seeds[b]!);
      numbersIn(block).forEach((second, i) => {
        sums[Math.floor(i / seed.length)]! += second * seed[i % seed.length]!;
      });
    }
    return filled(inputs[a]!, sums);
  });
}

function mapped<T, R>(record: Readonly<Record<string, T>>, change: (value: T, name: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

function scaled(tensor: Nested, factor: number, plus: () => number = () => 0): Nested {
  return typeof tensor === "object"
    ? tensor.map((part) => scaled(part, factor, plus))
    : Number(tensor) * factor + plus();
}

/** Numbers in the shape of a tensor. */
function filled(tensor: Nested, numbers: readonly number[]): Nested {
  let next = 0;
  const walk = (part: Nested): Nested => (typeof part === "object" ? part.map(walk) : numbers[next++]!);
  return walk(tensor);
}
