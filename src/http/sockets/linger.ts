import { Socket } from "node:net";

/**
 * Ends a connection once all that was written to it is sent, and goes on taking what still comes until its client has ended
 * too, for a few seconds at most. Closed at once, with bytes that nobody has read, it would take the answer with it.
 */
export function linger(socket: Socket): void {
  // What is injected comes on no connection.
  if (!(socket instanceof Socket) || lingering.has(socket)) return;
  lingering.add(socket);
  socket.end();
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once("close", () => clearTimeout(timer));
}

/** Whether a connection is ending so. */
export function isLingering(socket: Socket): boolean {
  return lingering.has(socket);
}

const lingering = new WeakSet<Socket>();
const lingerMs = 5000;
