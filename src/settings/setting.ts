import { z } from "zod";

/** One setting: its variable, and a schema with its parser, default and what it does. The table of settings derives from it. */
export interface Setting<S extends z.ZodType = z.ZodType> {
  readonly env: string;
  readonly schema: S;
}

/** A setting's schema: its parser, its default and what it does. */
export function setting<S extends z.ZodType>(schema: S, fallback: z.input<S>, describe: string) {
  return schema.prefault(fallback as never).describe(describe);
}

/** A whole number of at least 1. */
export const count = z.coerce.number().int().positive();

/** A number above 0. */
export const rate = z.coerce.number().positive();

/** `true`, `false` and their like. */
export const flag = z.stringbool();

/** Texts between commas, without those that are empty. */
export const list = z.string().transform((text) =>
  text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ""),
);

/** What settings are once they are read. */
export type Parsed<T extends Record<string, Setting>> = { readonly [K in keyof T]: z.output<T[K]["schema"]> };
