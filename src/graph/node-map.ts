import type { Node } from "./operator.ts";

/** Values by node, for the nodes that one builder had made when the map was made; several times faster than a Map. */
export class NodeMap<T> {
  private readonly values: (T | undefined)[];

  constructor(size: number) {
    this.values = new Array(size).fill(undefined);
  }

  get(node: Node): T | undefined {
    return this.values[node.index];
  }

  set(node: Node, value: T | undefined): void {
    this.values[node.index] = value;
  }
}

/** A set of nodes, under the same condition. */
export class NodeSet {
  private readonly bits: Uint8Array;

  constructor(size: number) {
    this.bits = new Uint8Array(size);
  }

  has(node: Node): boolean {
    return this.bits[node.index] === 1;
  }

  add(node: Node): void {
    this.bits[node.index] = 1;
  }

  delete(node: Node): void {
    this.bits[node.index] = 0;
  }
}
