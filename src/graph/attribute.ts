import { type DType, dtypes } from "./dtype.ts";
import { OperandFault } from "./fault.ts";
import { showShape } from "./shape.ts";

/** A node's attributes in canonical form, keys sorted. */
export type Attrs = Readonly<Record<string, unknown>>;

/** How an attribute is read from a document, and how it is documented. `T` is what nodes get to see. */
export interface AttributeSpec<T = unknown> {
  readonly doc: string;
  readonly required: boolean;
  /** What an absent attribute stands for; undefined where only the operands can tell. */
  readonly fallback: T | undefined;
  /** JSON Schema of the value. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** The canonical value, or a fault that says what was expected. */
  readonly parse: (value: unknown) => T;
  /** Whether a document's value is the name of a function, or names: who reads it puts functions in their place. */
  readonly isFunction?: boolean;
}

/** An operator's attributes by name. */
export type AttributeSpecs = Readonly<Record<string, AttributeSpec>>;

/** The attributes that specs declare, as a node has them when they have been read. */
export type AttributesOf<S> = { readonly [K in keyof S]: S[K] extends AttributeSpec<infer T> ? T : never };

/** No attributes. */
export const noAttrs: Attrs = Object.freeze({});

/** The specs of an operator without attributes. */
export const noAttributes: AttributeSpecs = Object.freeze({});

/** Reads a document's attributes by their specs: unknown keys and bad values are faults, defaults are filled in. */
export function parseAttributes(specs: AttributeSpecs, given: unknown): Attrs {
  if (given === undefined && specs === noAttributes) return noAttrs;
  if (given === undefined) given = noAttrs;
  if (given === null || typeof given !== "object" || Array.isArray(given)) {
    throw new OperandFault("attrs must be an object");
  }
  const names = Object.keys(specs);
  const attrs: Record<string, unknown> = {};
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(specs, key)) {
      const known = names.length > 0 ? `; known: ${names.join(", ")}` : "; it takes none";
      throw new OperandFault(`unknown attribute ${JSON.stringify(key.slice(0, 128))}${known}`);
    }
  }
  for (const key of names.sort()) {
    const spec = specs[key]!;
    const value = (given as Record<string, unknown>)[key];
    if (value === undefined) {
      if (spec.required) throw new OperandFault(`attribute "${key}" is required`);
      if (spec.fallback !== undefined) attrs[key] = spec.fallback;
      continue;
    }
    try {
      attrs[key] = spec.parse(value);
    } catch (fault) {
      if (fault instanceof OperandFault) throw new OperandFault(`attribute "${key}" ${fault.message}`);
      throw fault;
    }
  }
  return names.length === 0 ? noAttrs : attrs;
}

/** The key under which equal attributes are equal: like JSON, but −0 and the special numbers keep apart. */
export function attributesKey(attrs: Attrs): string {
  if (attrs === noAttrs) return "";
  const keys = Object.keys(attrs);
  if (keys.length === 0) return "";
  const sorted = keys.sort().map((key) => [key, attrs[key]]);
  // Several times faster than with a function for each value.
  if (isPlain(sorted)) return JSON.stringify(sorted);
  return JSON.stringify(sorted, (_, value) => {
    if (typeof value !== "number" || isPlain(value)) return value;
    return { number: Object.is(value, -0) ? "-0" : String(value) };
  });
}

/** Whether JSON keeps all of a value. */
function isPlain(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || value === null) return true;
  if (!Array.isArray(value)) return false;
  for (const entry of value) if (!isPlain(entry)) return false;
  return true;
}

interface Kind<T> {
  readonly schema: AttributeSpec["schema"];
  readonly parse: (value: unknown) => T;
}

const integer: Kind<number> = {
  schema: { type: "integer" },
  parse: (value) => {
    if (!isInteger(value)) throw new OperandFault("must be an integer");
    return value + 0;
  },
};

const natural: Kind<number> = {
  schema: { type: "integer", minimum: 0 },
  parse: (value) => {
    if (!isInteger(value) || value < 0) throw new OperandFault("must be an integer of at least 0");
    return value + 0;
  },
};

const boolean: Kind<boolean> = {
  schema: { type: "boolean" },
  parse: (value) => {
    if (typeof value !== "boolean") throw new OperandFault("must be true or false");
    return value;
  },
};

const text: Kind<string> = {
  schema: { type: "string" },
  parse: (value) => {
    if (typeof value !== "string") throw new OperandFault("must be a string");
    if (value.length > textLengthMax) throw new OperandFault(`must have at most ${textLengthMax} characters`);
    return value;
  },
};

const textLengthMax = 4096;
const listLengthMax = 64;

function listOf<T>(kind: Kind<T>): Kind<readonly T[]> {
  return {
    schema: { type: "array", items: kind.schema, maxItems: listLengthMax },
    parse: (value) => {
      if (!Array.isArray(value)) throw new OperandFault("must be a list");
      if (value.length > listLengthMax) throw new OperandFault(`must have at most ${listLengthMax} entries`);
      return value.map((entry) => kind.parse(entry));
    },
  };
}

const integers = listOf(integer);

const integerOrIntegers: Kind<number | readonly number[]> = {
  schema: { anyOf: [integer.schema, integers.schema] },
  parse: (value) => (Array.isArray(value) ? integers.parse(value) : integer.parse(value)),
};

const nullableInteger: Kind<number | null> = {
  schema: { type: ["integer", "null"] },
  parse: (value) => (value === null ? null : integer.parse(value)),
};

const special = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);
const numberSchemas = [{ type: "number" }, { enum: [...special.keys()] }];

const number: Kind<number> = {
  schema: { anyOf: numberSchemas },
  parse: (value) => {
    const named = typeof value === "string" ? special.get(value) : undefined;
    if (named !== undefined) return named;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw new OperandFault('must be a number, "NaN", "Infinity" or "-Infinity"');
    }
    return value;
  },
};

const numbers = listOf(number);

const numberOrNumbers: Kind<number | readonly number[]> = {
  schema: { anyOf: [...numberSchemas, numbers.schema] },
  parse: (value) => (Array.isArray(value) ? numbers.parse(value) : number.parse(value)),
};

const numberOrBoolean: Kind<number | boolean> = {
  schema: { anyOf: [...numberSchemas, { type: "boolean" }] },
  parse: (value) => (typeof value === "boolean" ? value : number.parse(value)),
};

/** The orders of a matrix norm. */
const orders = ["fro", "nuc", 1, -1, 2, -2, "Infinity", "-Infinity"];

const order: Kind<string | number> = {
  schema: { enum: orders },
  parse: (value) => {
    const named = typeof value === "string" ? special.get(value) : undefined;
    if (!orders.some((one) => one === value)) throw new OperandFault(`must be one of ${orders.join(", ")}`);
    return named ?? (value as string | number);
  },
};

const lengths: Kind<readonly number[]> = {
  schema: { type: "array", items: { type: "integer", minimum: 0 }, maxItems: listLengthMax },
  parse: (value) => {
    const shape = integers.parse(value);
    for (const length of shape) {
      if (length < 0) throw new OperandFault(`must hold lengths of at least 0, received ${showShape(shape)}`);
    }
    return shape;
  },
};

const listsOfIntegers = listOf(integers);

const axes: Kind<number | readonly (readonly number[])[]> = {
  schema: { anyOf: [integer.schema, listsOfIntegers.schema] },
  parse: (value) => (Array.isArray(value) ? listsOfIntegers.parse(value) : integer.parse(value)),
};

const dtype: Kind<DType> = {
  schema: { enum: dtypes },
  parse: (value) => {
    const named = dtypes.find((name) => name === value);
    if (!named) throw new OperandFault(`must be one of ${dtypes.join(", ")}`);
    return named;
  },
};

const kinds = {
  integer,
  natural,
  boolean,
  text,
  dtype,
  integers,
  integerOrIntegers,
  number,
  numberOrBoolean,
  numbers,
  numberOrNumbers,
  order,
  lengths,
  pairs: listOf(lengths),
  nullableIntegers: listOf(nullableInteger),
  axes,
} as const;

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

type Kinds = typeof kinds;
type ValueOf<K extends keyof Kinds> = ReturnType<Kinds[K]["parse"]>;

/** A required attribute. */
export function required<K extends keyof Kinds>(kind: K, doc: string): AttributeSpec<ValueOf<K>>;
export function required(kind: keyof Kinds, doc: string): AttributeSpec {
  return { ...kinds[kind], doc, required: true, fallback: undefined };
}

/** An attribute that may be absent; `fallback` is what absence stands for, unless the operands tell. */
export function optional<K extends keyof Kinds>(kind: K, doc: string): AttributeSpec<ValueOf<K> | undefined>;
export function optional<K extends keyof Kinds>(kind: K, doc: string, fallback: ValueOf<K>): AttributeSpec<ValueOf<K>>;
export function optional(kind: keyof Kinds, doc: string, fallback?: unknown): AttributeSpec {
  return { ...kinds[kind], doc, required: false, fallback };
}
