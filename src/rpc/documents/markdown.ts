import { errorTypes } from "../../errors.ts";
import { type AnyMethod, methodSchemas, pascalCase } from "./schema.ts";
import { type JsonSchema, refPrefix } from "./wire.ts";

/** A Markdown table. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The table of methods. */
export function methodTable(methods: readonly AnyMethod[]): string {
  return markdownTable(
    ["Method", "What it does"],
    methods.map(({ name, summary }) => [code(name), summary]),
  );
}

/**
 * The table of parameters: one row for each that differs in more than its methods. Throws on one without a description.
 */
export function parameterTable(methods: readonly AnyMethod[]): string {
  return markdownTable(
    ["Parameter", "Type", "Default", "Meaning", "Methods"],
    membersOf(methods, "Params").map(({ name, type, schema, isRequired, meaning, takenBy }) => {
      const fallback = isRequired
        ? "required"
        : schema.default === undefined
          ? ""
          : code(JSON.stringify(schema.default));
      return [code(name), type, fallback, meaning, methodList(takenBy, methods)];
    }),
  );
}

/** The table of the members of answers, as `parameterTable`. */
export function answerTable(methods: readonly AnyMethod[]): string {
  return markdownTable(
    ["Member", "Type", "Meaning", "Methods"],
    membersOf(methods, "Result").map(({ name, type, isRequired, meaning, takenBy }) => {
      return [code(isRequired ? name : `${name}?`), type, meaning, methodList(takenBy, methods)];
    }),
  );
}

/** The table of the types that parameters and members have. Throws on one without a description. */
export function typeTable(methods: readonly AnyMethod[]): string {
  const schemas = Object.entries(methodSchemas(methods)).filter(([name]) => !/(Params|Result)$/.test(name));
  return markdownTable(
    ["Type", "Meaning", "What it is"],
    schemas.map(([name, schema]) => {
      if (typeof schema.description !== "string") throw new Error(`the type ${name} has no description`);
      return [name, asPhrase(schema.description), shapeOf(schema)];
    }),
  );
}

/** The table of errors. */
export function errorTable(): string {
  return markdownTable(
    ["`data.type`", "Code", "Status on `/v1`", "When"],
    Object.entries(errorTypes).map(([type, { code: number, status, when }]) => [
      code(type),
      String(number),
      String(status),
      when,
    ]),
  );
}

interface Member {
  readonly name: string;
  readonly type: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
  readonly meaning: string;
  readonly takenBy: string[];
}

/** The members of all params or results, in the order of their names; those alike are one. */
function membersOf(methods: readonly AnyMethod[], part: "Params" | "Result"): Member[] {
  const schemas = methodSchemas(methods);
  const found = new Map<string, Member>();
  for (const method of methods) {
    const { properties = {}, required = [] } = schemas[`${pascalCase(method.name)}${part}`] as {
      readonly properties?: Readonly<Record<string, JsonSchema>>;
      readonly required?: readonly string[];
    };
    for (const [name, schema] of Object.entries(properties)) {
      // A parameter with a default is in the required members of what zod makes of it, and may be left out all the
      // same.
      const isRequired = required.includes(name) && schema.default === undefined;
      const description = descriptionOf(schema, schemas);
      if (description === undefined) throw new Error(`${method.name}: ${name} has no description`);
      const meaning = asPhrase(description);
      const type = typeOf(schema);
      const key = JSON.stringify([name, type, isRequired, schema.default, meaning]);
      const member = found.get(key) ?? { name, type, schema, isRequired, meaning, takenBy: [] };
      member.takenBy.push(method.name);
      found.set(key, member);
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function descriptionOf(schema: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>): string | undefined {
  const { description, $ref } = schema as { readonly description?: string; readonly $ref?: string };
  return description ?? ($ref === undefined ? undefined : descriptionOf(schemas[componentOf($ref)] ?? {}, schemas));
}

function typeOf(schema: JsonSchema): string {
  if (schema.oneOf) return (schema.oneOf as readonly JsonSchema[]).map(typeOf).join(" or ");
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  const {
    $ref,
    enum: choices,
    type,
    items,
    additionalProperties,
    minimum,
    exclusiveMinimum,
    maximum,
  } = schema as {
    readonly $ref?: string;
    readonly enum?: readonly unknown[];
    readonly type?: string;
    readonly items?: JsonSchema;
    readonly additionalProperties?: JsonSchema;
    readonly minimum?: number;
    readonly exclusiveMinimum?: number;
    readonly maximum?: number;
  };
  if ($ref !== undefined) return componentOf($ref);
  if (choices) return choices.map((choice) => code(JSON.stringify(choice))).join(", ");
  if (items) return `list of ${typeOf(items)}`;
  if (additionalProperties?.type ?? additionalProperties?.$ref) return `${typeOf(additionalProperties!)} by name`;
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (minimum !== undefined && isBounded) return `${type}, ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${type} ≥ ${minimum}`;
  if (exclusiveMinimum !== undefined) return `${type} > ${exclusiveMinimum}`;
  return type ?? "any";
}

/** What a type is, with the members of an object; a `?` marks those that may be absent. */
function shapeOf(schema: JsonSchema): string {
  const { properties, required = [] } = schema as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
  };
  if (!properties) return typeOf(schema);
  return Object.entries(properties)
    .map(([name, member]) => `${code(required.includes(name) ? name : `${name}?`)} ${typeOf(member)}`)
    .join("; ");
}

/** Names of methods; said by those that are absent where these are few. */
function methodList(names: readonly string[], methods: readonly AnyMethod[]): string {
  const absent = methods.map(({ name }) => name).filter((name) => !names.includes(name));
  if (absent.length === 0) return "all";
  return absent.length < names.length / 2 ? `all but ${absent.map(code).join(", ")}` : names.map(code).join(", ");
}

/** A description of one sentence, as it stands in a cell. */
function asPhrase(text: string): string {
  const isWord = /^[A-Z]( |[a-z])/.test(text);
  return (isWord ? text.slice(0, 1).toLowerCase() + text.slice(1) : text).replace(/\.$/, "");
}

function componentOf(reference: string): string {
  return reference.slice(refPrefix.length);
}

function code(text: string): string {
  return `\`${text}\``;
}
