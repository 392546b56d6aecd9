import { OperandFault } from "./fault.ts";
import { showShape } from "./shape.ts";

/** A node's attributes in canonical form, keys sorted. */
export type Attrs = Readonly<Record<string, unknown>>;

/** How an attribute is read from a document, and how it is documented. */
export interface AttributeSpec {
  readonly doc: string;
  readonly required: boolean;
  /** What an absent attribute stands for; undefined where only the operands can tell. */
  readonly fallback: unknown;
  /** JSON Schema of the value. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** The canonical value, or a fault that says what was expected. */
  readonly parse: (value: unknown) => unknown;
}

/** An operator's attributes by name. */
export type AttributeSpecs = Readonly<Record<string, AttributeSpec>>;

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

type Kind = Pick<AttributeSpec, "schema" | "parse">;

const integer: Kind = {
  schema: { type: "integer" },
  parse: (value) => {
    if (!Number.isSafeInteger(value)) throw new OperandFault("must be an integer");
    return (value as number) + 0;
  },
};

const natural: Kind = {
  schema: { type: "integer", minimum: 0 },
  parse: (value) => {
    if (!Number.isSafeInteger(value) || (value as number) < 0) {
      throw new OperandFault("must be an integer of at least 0");
    }
    return (value as number) + 0;
  },
};

const boolean: Kind = {
  schema: { type: "boolean" },
  parse: (value) => {
    if (typeof value !== "boolean") throw new OperandFault("must be true or false");
    return value;
  },
};

const text: Kind = {
  schema: { type: "string" },
  parse: (value) => {
    if (typeof value !== "string") throw new OperandFault("must be a string");
    if (value.length > textLengthMax) throw new OperandFault(`must have at most ${textLengthMax} characters`);
    return value;
  },
};

const textLengthMax = 4096;
const listLengthMax = 64;

function listOf(kind: Kind): Kind {
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

const integerOrIntegers: Kind = {
  schema: { anyOf: [integer.schema, integers.schema] },
  parse: (value) => (Array.isArray(value) ? integers.parse(value) : integer.parse(value)),
};

const nullableInteger: Kind = {
  schema: { type: ["integer", "null"] },
  parse: (value) => (value === null ? null : integer.parse(value)),
};

const special: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

const number: Kind = {
  schema: { anyOf: [{ type: "number" }, { enum: Object.keys(special) }] },
  parse: (value) => {
    if (typeof value === "string" && Object.hasOwn(special, value)) return special[value];
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw new OperandFault('must be a number, "NaN", "Infinity" or "-Infinity"');
    }
    return value;
  },
};

const numberOrBoolean: Kind = {
  schema: { anyOf: [...(number.schema.anyOf as object[]), { type: "boolean" }] },
  parse: (value) => (typeof value === "boolean" ? value : number.parse(value)),
};

const lengths: Kind = {
  schema: { type: "array", items: { type: "integer", minimum: 0 }, maxItems: listLengthMax },
  parse: (value) => {
    const shape = integers.parse(value) as number[];
    for (const length of shape) {
      if (length < 0) throw new OperandFault(`must hold lengths of at least 0, received ${showShape(shape)}`);
    }
    return shape;
  },
};

const kinds = {
  integer,
  natural,
  boolean,
  text,
  integers,
  integerOrIntegers,
  number,
  numberOrBoolean,
  lengths,
  pairs: listOf(lengths),
  nullableIntegers: listOf(nullableInteger),
  axes: { schema: { anyOf: [integer.schema, listOf(integers).schema] }, parse: parseTensordotAxes },
} as const;

function parseTensordotAxes(value: unknown): unknown {
  return Array.isArray(value) ? listOf(integers).parse(value) : integer.parse(value);
}

/** A required attribute. */
export function required(kind: keyof typeof kinds, doc: string): AttributeSpec {
  return { ...kinds[kind], doc, required: true, fallback: undefined };
}

/** An attribute that may be absent; `fallback` is what absence stands for, unless the operands tell. */
export function optional(kind: keyof typeof kinds, doc: string, fallback?: unknown): AttributeSpec {
  return { ...kinds[kind], doc, required: false, fallback };
}
