import { type Alias, graphKey, type PassedLimit, type SharedGraph } from "./library.ts";

/** What names are bounded by. */
export interface AliasLimits {
  /** Names of one tenant. */
  readonly aliases: number;
  /** Bytes of the documents of all graphs that have names. */
  readonly aliasBytes: number;
}

/** A graph that is held, and by how many names. */
interface Held {
  readonly shared: SharedGraph;
  names: number;
}

/**
 * The names that tenants give to graphs. A graph that has one is held here, whatever else has to make room; `onBytes` hears
 * what that takes.
 */
export class Aliases {
  private readonly limits: AliasLimits;
  private readonly onBytes: (bytes: number) => void;
  private readonly tenants = new Map<string, Map<string, Alias>>();
  /** By what they are kept by. */
  private readonly graphs = new Map<string, Held>();
  private bytes = 0;

  constructor(limits: AliasLimits, onBytes: (bytes: number) => void) {
    this.limits = limits;
    this.onBytes = onBytes;
  }

  /** Names a graph, or moves a name to it; the graph that had the name is returned where it has none any more. */
  put(tenant: string, { alias, label }: Omit<Alias, "id">, shared: SharedGraph): PassedLimit | SharedGraph | undefined {
    const names = this.tenants.get(tenant) ?? new Map<string, Alias>();
    const before = names.get(alias);
    const { aliases, aliasBytes } = this.limits;
    if (!before && names.size >= aliases) return { limit: "aliases", allowed: aliases, received: names.size + 1 };
    const isHeld = this.graphs.has(shared.key);
    const received = this.bytes + (isHeld ? 0 : shared.document.length);
    if (!isHeld && received > aliasBytes) return { limit: "aliasBytes", allowed: aliasBytes, received };
    this.tenants.set(tenant, names);
    names.set(alias, { alias, id: shared.id, label });
    this.hold(shared);
    return before && this.letGo(graphKey(before.id, tenant));
  }

  get(tenant: string, alias: string): Alias | undefined {
    return this.tenants.get(tenant)?.get(alias);
  }

  /** All names of a tenant, in the order in which they were first given. */
  of(tenant: string): readonly Alias[] {
    return [...(this.tenants.get(tenant)?.values() ?? [])];
  }

  /** A graph that some name holds, by what it is kept by. */
  held(key: string): SharedGraph | undefined {
    return this.graphs.get(key)?.shared;
  }

  /** All graphs that some name holds. */
  all(): readonly SharedGraph[] {
    return [...this.graphs.values()].map(({ shared }) => shared);
  }

  /** Forgets a graph with all names that any tenant has for it; whether there were any. */
  forget(id: string): boolean {
    const keys = [...this.graphs.keys()].filter((key) => key.startsWith(id));
    for (const [tenant, names] of this.tenants) {
      for (const alias of names.values()) if (alias.id === id) names.delete(alias.alias);
      if (names.size === 0) this.tenants.delete(tenant);
    }
    for (const key of keys) this.drop(key);
    return keys.length > 0;
  }

  private hold(shared: SharedGraph): void {
    const held = this.graphs.get(shared.key);
    if (held) held.names++;
    else {
      this.graphs.set(shared.key, { shared, names: 1 });
      this.tell(shared.document.length);
    }
  }

  private letGo(key: string): SharedGraph | undefined {
    const held = this.graphs.get(key)!;
    if (--held.names > 0) return undefined;
    this.drop(key);
    return held.shared;
  }

  private drop(key: string): void {
    const { shared } = this.graphs.get(key)!;
    this.graphs.delete(key);
    this.tell(-shared.document.length);
  }

  private tell(bytes: number): void {
    this.bytes += bytes;
    this.onBytes(this.bytes);
  }
}
