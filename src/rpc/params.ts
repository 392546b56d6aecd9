import type { z } from "zod";
import { type Issue, invalidParams, quote } from "../errors.ts";
import { nearest } from "../text/spelling.ts";
import { wireCheck } from "./documents/wire.ts";

/** Reads the params of a call by its method's schema; `invalid_params` lists every fault at its JSON Pointer. */
export function readParams<S extends z.ZodObject>(schema: S, params: unknown): z.output<S> {
  const given = params === undefined ? {} : params;
  if (typeof given !== "object" || given === null || Array.isArray(given) || ArrayBuffer.isView(given)) {
    throw invalidParams({ path: "", message: "must be an object: parameters go by name" });
  }
  const parsed = schema.safeParse(withoutNulls(schema, given as Readonly<Record<string, unknown>>));
  if (!parsed.success) {
    const told = parsed.error.issues.flatMap((issue) =>
      faults(issue, [], schema.shape).map((fault) => ({ ...fault, message: fault.message + receivedIn(given, issue) })),
    );
    if (Object.hasOwn(given, "jsonrpc") && !Object.hasOwn(schema.shape, "jsonrpc")) {
      told.unshift({ path: "/jsonrpc", message: "requests of JSON-RPC go to /rpc; here the body is their params" });
    }
    throw invalidParams(...told);
  }
  return parsed.data;
}

/** What was received of what has bounds, so that a caller sees both. */
function receivedIn(params: object, { code, path }: z.core.$ZodIssue): string {
  if (!bounded.has(code)) return "";
  const value = path.reduce<unknown>(
    (inner, name) => (inner as Readonly<Record<PropertyKey, unknown>>)?.[name],
    params,
  );
  if (Array.isArray(value)) return `, received ${value.length} items`;
  if (typeof value === "string") return `, received ${value.length > 40 ? `${value.length} characters` : quote(value)}`;
  return typeof value === "number" ? `, received ${value}` : "";
}

const bounded: ReadonlySet<string> = new Set(["too_big", "too_small", "not_multiple_of", "invalid_value"]);

/** Clients that are generated send null for optional members that nobody has set. */
function withoutNulls(schema: z.ZodObject, given: Readonly<Record<string, unknown>>): object {
  const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
  const isUnset = (name: string) => given[name] === null && Object.hasOwn(shape, name) && isOptional(shape[name]!);
  const unset = Object.keys(given).filter(isUnset);
  if (unset.length === 0) return given;
  return Object.fromEntries(Object.entries(given).filter(([name]) => !unset.includes(name)));
}

/** Whether a member may be left out, and null says nothing else. */
function isOptional(member: z.ZodType): boolean {
  return member.safeParse(undefined).success && !member.safeParse(null).success;
}

/**
 * Makes the reader of one method's params. It remembers the settings (what is not a wire type) that the schema let pass,
 * and lets the same pass again without asking it: of most calls only tensors differ. Anything else is {@link readParams}'
 * to accept or refuse.
 */
export function paramsReader<S extends z.ZodObject>(schema: S): (params: unknown) => z.output<S> {
  const checks = new Map(
    Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([name, member]) => {
      const check = wireCheck(member);
      return check ? [[name, check] as const] : [];
    }),
  );
  const names = [...checks.keys()];
  const accepted = new Map<string, Readonly<Record<string, unknown>>>();

  /** Writes settings, and names what else there is; undefined for what is not plain or does not pass. */
  function keyOf(params: object): string | undefined {
    let key = "";
    for (const name of Object.keys(params)) {
      const value = (params as Readonly<Record<string, unknown>>)[name];
      const check = checks.get(name);
      if (check) {
        if (value === undefined || check(value) !== undefined) return undefined;
        key += `${name};`;
      } else if (typeof value === "string") key += `${name.length}:${name}=${value.length}:${value};`;
      else if (typeof value === "number") key += `${name.length}:${name}=${Object.is(value, -0) ? "-0" : value};`;
      else if (typeof value === "boolean") key += `${name.length}:${name}=${value};`;
      else if (Array.isArray(value)) key += `${name.length}:${name}=${JSON.stringify(value)};`;
      else return undefined;
      if (key.length > keyLengthMax) return undefined;
    }
    return key;
  }

  return (params) => {
    const isPlain = typeof params === "object" && params !== null && !Array.isArray(params);
    const key = isPlain && !ArrayBuffer.isView(params) ? keyOf(params) : undefined;
    const known = key === undefined ? undefined : accepted.get(key);
    if (known) {
      const read: Record<string, unknown> = { ...known };
      for (const name of names) if (Object.hasOwn(params as object, name)) read[name] = (params as never)[name];
      return withSettings(read as z.output<S>, known);
    }
    const read = readParams(schema, params);
    if (key !== undefined) {
      if (accepted.size >= acceptedMax) accepted.clear();
      accepted.set(key, Object.fromEntries(Object.entries(read).filter(([name]) => !checks.has(name))));
    }
    return read;
  };
}

/** One and the same object for calls of a method that differ in wire types only, where that is known. */
export function settingsOf(params: object): object | undefined {
  return Marked.settingsOf(params);
}

/** Gives params settings of the caller's: one and the same object for calls that differ in wire types only. */
export function withSettings<P extends object>(params: P, settings: object): P {
  new Marked(params, settings);
  return params;
}

class Itself {
  constructor(params: object) {
    // biome-ignore lint/correctness/noConstructorReturn: so that the fields of what extends this are put on the params.
    return params;
  }
}

/** Params with a field that nobody sees but this class: it costs nothing, where a WeakMap takes as long as all the rest. */
class Marked extends Itself {
  readonly #settings: object;

  constructor(params: object, settings: object) {
    super(params);
    this.#settings = settings;
  }

  static settingsOf(params: object): object | undefined {
    return #settings in params ? (params as Marked).#settings : undefined;
  }
}

const keyLengthMax = 1000;
const acceptedMax = 200;

/** The JSON Pointer (RFC 6901) of a path of keys and indices; the empty path is the whole value. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** A sentence as part of one. */
function within(sentence: string): string {
  return sentence[0]!.toLowerCase() + sentence.slice(1).replace(/\.$/, "");
}

/** `known` are the parameters by name, for those that are misspelt or missing. */
function faults(
  issue: z.core.$ZodIssue,
  base: readonly PropertyKey[],
  known: Readonly<Record<string, z.ZodType>> = {},
): readonly Issue[] {
  const path = [...base, ...issue.path];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => {
        const near = path.length === 0 ? nearest(key, Object.keys(known)) : undefined;
        const hint = near === undefined ? "" : `; did you mean ${quote(near)}?`;
        return { path: jsonPointer([...path, key]), message: `unknown: ${quote(key)}${hint}` };
      });
    case "invalid_union": {
      // Of the alternatives, the one that got furthest is the one that was meant.
      const branch = issue.errors.find((issues) => issues.every((inner) => inner.path.length > 0));
      return branch
        ? branch.flatMap((inner) => faults(inner, path))
        : [{ path: jsonPointer(path), message: issue.message }];
    }
    default: {
      const isMissing = issue.code === "invalid_type" && issue.message.endsWith("received undefined");
      const message = isMissing ? "required" : issue.message;
      // A wire type says itself that it is.
      const meant = message === "required" && path.length === 1 ? known[String(path[0])]?.description : undefined;
      return [{ path: jsonPointer(path), message: meant === undefined ? message : `${message}: ${within(meant)}` }];
    }
  }
}
