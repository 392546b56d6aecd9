import type { z } from "zod";
import { type Issue, invalidParams, quote } from "../errors.ts";

/** Reads the params of a call by its method's schema; `invalid_params` lists every fault at its JSON Pointer. */
export function readParams<S extends z.ZodObject>(schema: S, params: unknown): z.output<S> {
  const given = params === undefined ? {} : params;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw invalidParams({ path: "", message: "must be an object: parameters go by name" });
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw invalidParams(...parsed.error.issues.flatMap((issue) => faults(issue, [])));
  return parsed.data;
}

/** The JSON Pointer (RFC 6901) of a path of keys and indices; the empty path is the whole value. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function faults(issue: z.core.$ZodIssue, base: readonly PropertyKey[]): readonly Issue[] {
  const path = [...base, ...issue.path];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({ path: jsonPointer([...path, key]), message: `unknown: ${quote(key)}` }));
    case "invalid_union": {
      // Of the alternatives, the one that got furthest is the one that was meant.
      const branch = issue.errors.find((issues) => issues.every((inner) => inner.path.length > 0));
      return branch
        ? branch.flatMap((inner) => faults(inner, path))
        : [{ path: jsonPointer(path), message: issue.message }];
    }
    case "invalid_type":
      if (issue.message.endsWith("received undefined")) return [{ path: jsonPointer(path), message: "required" }];
      return [{ path: jsonPointer(path), message: issue.message }];
    default:
      return [{ path: jsonPointer(path), message: issue.message }];
  }
}
