import { deserialize, serialize } from "node:v8";

/** What is told of a kept graph. */
export interface GraphEntry {
  readonly id: string;
  /** Bytes that the graph takes where it has been read. */
  readonly bytes: number;
  /** Operators applied, equal ones once. */
  readonly nodes: number;
}

/** The same, with the names that the caller's tenant has for it. */
export interface ListedGraph extends GraphEntry {
  readonly aliases: readonly string[];
}

/** Who has a graph where nobody is told apart. */
export const localTenant = "local";

/**
 * What the graph of an id is kept by for a tenant: tenants know only those graphs that they have sent. All such keys begin
 * with the id.
 */
export function graphKey(id: string, tenant: string): string {
  return tenant === localTenant ? id : `${id}@${encodeURIComponent(tenant)}`;
}

/** A graph that another thread has read: what is told of it, and its document, for whoever needs the graph itself. */
export interface SharedGraph extends GraphEntry {
  readonly document: PackedDocument;
  /** What it is kept by. */
  readonly key: string;
}

/** A document in memory that threads share. */
export type PackedDocument = Uint8Array<SharedArrayBuffer>;

/** The graphs that a service keeps, whichever thread reads them: one thread holds it, the others ask that one. */
export interface Library {
  /** Whether a graph is kept, by its key. */
  has(key: string): boolean;
  /** The document of a graph, by its key; undefined when it is not kept. */
  find(key: string): PackedDocument | undefined;
  /** Keeps a graph; whether it was kept already. */
  keep(graph: SharedGraph): boolean;
  /** Forgets a graph, whichever tenants have it; false when it was unknown. */
  forget(id: string): boolean;
  /** Kept graphs in the order of their ids, at most `limit` of those after `after`, whichever tenants have them. */
  list(tenant: string, limit: number, after?: string): readonly ListedGraph[];
  /** Keeps a graph under a name of the tenant's, which no other graph has then; gives the limit that this would pass. */
  keepNamed(tenant: string, alias: Omit<Alias, "id">, graph: SharedGraph): PassedLimit | undefined;
  /** What a tenant calls so. */
  named(tenant: string, alias: string): Alias | undefined;
  /** All names of a tenant, in the order in which they were first given. */
  names(tenant: string): readonly Alias[];
}

/** Whether a text is the id of a graph; what is not may be a name. */
export function isGraphId(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** A name of a graph. */
export interface Alias {
  readonly alias: string;
  readonly id: string;
  /** What the document that was put under the name calls itself. */
  readonly label?: string | undefined;
}

/** Which limit a name would pass. */
export interface PassedLimit {
  readonly limit: "aliases" | "aliasBytes";
  readonly allowed: number;
  readonly received: number;
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
