import type { Tensor } from "../api/wire.ts";
import { type InputState, type Session, tabs } from "./session.ts";
import { shapeOf } from "./tensor.ts";

/** The fragment of a link that holds a whole session; a formula and a point take about 200 characters. */
export async function fragmentOf(session: Session): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(session));
  const packed = await through(bytes, new CompressionStream("deflate-raw"));
  const base64 = btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(""));
  return `#s=${base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** The session that a fragment holds; undefined where it holds none, or one that makes no sense. */
export async function sessionOf(fragment: string): Promise<Session | undefined> {
  const packed = /^#s=([\w-]+)$/.exec(fragment)?.[1];
  if (packed === undefined) return undefined;
  try {
    const binary = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return read(JSON.parse(new TextDecoder().decode(await through(bytes, new DecompressionStream("deflate-raw")))));
  } catch {
    return undefined;
  }
}

/** A link may come from anybody: a small one must not unpack to much. */
const bytesMax = 4_000_000;

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const writer = stream.writable.getWriter();
  const [chunks] = await Promise.all([
    readAll(stream.readable.getReader()),
    writer.write(bytes as Uint8Array<ArrayBuffer>),
    writer.close(),
  ]);
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return chunks;
    size += value.length;
    if (size > bytesMax) throw new Error("too large");
    chunks.push(value);
  }
}

/** A session of what was parsed; throws where it is none. */
function read(value: unknown): Session {
  const { source, inputs, seeds, cotangents, direction, tab } = members(value);
  const { form, text, outputs } = members(source);
  if ((form !== "formula" && form !== "json") || typeof text !== "string") throw new Error("no source");
  return {
    source: {
      form,
      text,
      ...(Array.isArray(outputs) && { outputs: outputs.map(String) }),
    },
    inputs: mapped(inputs, input),
    seeds: mapped(seeds, tensor),
    cotangents: mapped(cotangents, tensor),
    direction: direction === "forward" ? "forward" : "reverse",
    tab: tabs.find((name) => name === tab) ?? "trace",
  };
}

function input(value: unknown): InputState {
  const { value: number, min, max, dtype } = members(value);
  return {
    value: tensor(number),
    ...(typeof min === "number" && { min }),
    ...(typeof max === "number" && { max }),
    ...(typeof dtype === "string" && { dtype }),
  };
}

function tensor(value: unknown): Tensor {
  shapeOf(value);
  return value as Tensor;
}

function mapped<T>(value: unknown, each: (value: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(members(value)).map(([name, item]) => [name, each(item)]));
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("no object");
  return value as Readonly<Record<string, unknown>>;
}
