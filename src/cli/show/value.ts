/** Whether a value is a number as the wire has it: JSON has no NaN, so that is a text. */
export function isScalar(value: unknown): boolean {
  return typeof value === "number" || typeof value === "boolean" || value === "NaN" || /^-?Infinity$/.test(`${value}`);
}

/** Whether a value is nested lists of numbers. */
export function isNested(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.every((item) => isScalar(item) || isNested(item));
}

/** Whether a value is a tensor with its shape beside its numbers. */
export function isArrayObject(value: unknown): value is { shape: number[]; dtype?: string; data: unknown } {
  const { shape, data } = (value ?? {}) as { shape?: unknown; data?: unknown };
  return Array.isArray(shape) && (typeof data === "string" || Array.isArray(data));
}

/** A tensor in a few lines; of a long one the beginning and the end. */
export function tensorText(value: unknown): string {
  if (isArrayObject(value)) {
    const { shape, dtype = "float64", data } = value;
    const kind = `${dtype} of shape [${shape.join(", ")}]`;
    return typeof data === "string" ? `${kind}, ${data.length} characters of base64` : `${kind}: ${tensorText(data)}`;
  }
  if (!Array.isArray(value)) return String(value);
  const isRow = !value.some((item) => Array.isArray(item));
  const most = isRow ? rowMax : rowsMax;
  const shown = value.length > most ? [...value.slice(0, most - 1), "…", value.at(-1)] : value;
  const items = shown.map((item) => (item === "…" ? item : tensorText(item)));
  if (isRow) return `[${items.join(", ")}]`;
  return `[${items.map((item) => item.replaceAll("\n", "\n ")).join(",\n ")}]`;
}

const rowMax = 10;
const rowsMax = 10;
