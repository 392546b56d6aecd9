import type { Server, Socket } from "node:net";
import { overloaded, type ServiceError } from "../errors.ts";
import type { IsProxy } from "./sockets/proxies.ts";

/** How many there are of an address. */
export interface Count {
  readonly key: string;
  value: number;
}

/** Counts by address; of IPv6 by network, as whoever has one address of a network has them all. */
export interface Counts {
  /** Counts one more of an address, and gives the count, for {@link remove}. */
  add(address: string | undefined): Count;
  remove(count: Count): void;
}

/** So many addresses are kept of which nothing is counted: most come back, and a Map that changes all the time is not free. */
const idleMax = 1000;

/** Starts with no address. */
export function createCounts(): Counts {
  const counts = new Map<string, Count>();
  return {
    add(address) {
      const key = networkOf(address ?? "");
      let count = counts.get(key);
      if (!count) {
        count = { key, value: 0 };
        counts.set(key, count);
      }
      count.value++;
      return count;
    },
    remove(count) {
      if (--count.value === 0 && counts.size > idleMax) counts.delete(count.key);
    },
  };
}

/** Tells whether the connection of a request is one more than its address may have. */
export type IsExcess = (socket: Socket) => boolean;

/**
 * Bounds the connections that each address has open. One more is told so when it asks for something, and is closed if that
 * takes it long; of twice as many, all others are closed at once. Proxies that are believed may have any number.
 */
export function boundConnections(server: Server, connectionsMax: number, isProxy?: IsProxy): IsExcess {
  const counts = createCounts();
  const excess = new WeakSet<Socket>();
  server.on("connection", (socket: Socket) => {
    if (isProxy?.(socket.remoteAddress, 0)) return;
    const count = counts.add(socket.remoteAddress);
    socket.once("close", () => counts.remove(count));
    if (count.value <= connectionsMax) return;
    if (count.value > 2 * connectionsMax) {
      socket.destroy();
      return;
    }
    excess.add(socket);
    const timer = setTimeout(() => socket.destroy(), excessMs);
    socket.once("close", () => clearTimeout(timer));
  });
  return (socket) => excess.has(socket);
}

/** -32006 for a request that comes on a connection too many. */
export function tooManyConnections(): ServiceError {
  return overloaded(retryAfterMs);
}

const excessMs = 1000;
const retryAfterMs = 1000;

/** The key of an address: itself, or its first 64 bits where it is of IPv6. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  const [head = "", tail] = address.split("%", 1)[0]!.split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length;
  return [...groups, ...new Array<string>(Math.max(0, zeros)).fill("0"), ...after].slice(0, 4).join(":");
}
