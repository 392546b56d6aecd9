import { deserialize, serialize } from "node:v8";

/** What is told of a kept graph. */
export interface GraphEntry {
  readonly id: string;
  /** Bytes that the graph takes where it has been read. */
  readonly bytes: number;
  /** Operators applied, equal ones once. */
  readonly nodes: number;
}

/** A graph that another thread has read: what is told of it, and its document, for whoever needs the graph itself. */
export interface SharedGraph extends GraphEntry {
  readonly document: PackedDocument;
}

/** A document in memory that threads share. */
export type PackedDocument = Uint8Array<SharedArrayBuffer>;

/** The graphs that a service keeps, whichever thread reads them: one thread holds it, the others ask that one. */
export interface Library {
  /** Whether a graph is kept. */
  has(id: string): boolean;
  /** The document of a graph; undefined when it is not kept. */
  find(id: string): PackedDocument | undefined;
  /** Keeps a graph; whether it was kept already. */
  keep(graph: SharedGraph): boolean;
  /** Forgets a graph; false when it was unknown. */
  forget(id: string): boolean;
  /** Kept graphs in the order of their ids, at most `limit` of those after `after`. */
  list(limit: number, after?: string): readonly GraphEntry[];
}

/** Packs a document. Not as JSON text, which loses the sign of zero. */
export function packDocument(document: unknown): PackedDocument {
  const bytes = serialize(document);
  const packed = new Uint8Array(new SharedArrayBuffer(bytes.length));
  packed.set(bytes);
  return packed;
}

/** The document again. */
export function unpackDocument(packed: PackedDocument): unknown {
  return deserialize(Buffer.from(packed));
}
