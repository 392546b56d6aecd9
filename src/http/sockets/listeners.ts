import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/** Where to listen. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * Listens with several sockets on one port, and gives the address as `listen` does. One turn of the event loop accepts one
 * connection of each socket. So with one of them new clients, health checks among them, would wait for seconds where turns
 * are long. Linux alone has such sockets; elsewhere there is one.
 */
export async function listenWidely(app: FastifyInstance, { host, port }: Place): Promise<string> {
  if (process.platform !== "linux") return app.listen({ host, port });
  // A port that is shared is in use by nobody, as far as the system tells.
  const shared = { host, port: await freePort({ host, port }), reusePort: true };
  const others: Server[] = [];
  app.addHook("onClose", async () => {
    for (const other of others) other.close();
  });
  const address = await app.listen(shared);
  for (const own of app.addresses()) {
    for (let i = 0; i < socketsMore; i++) others.push(beside(app.server, own as AddressInfo));
  }
  await Promise.all(others.map((other) => once(other, "listening")));
  return address;
}

const socketsMore = 7;

/** Opens one socket more, whose connections are the server's. */
function beside(server: FastifyInstance["server"], { address, port }: AddressInfo): Server {
  // As the server itself makes them: HTTP's may be ended on one side.
  const options = { allowHalfOpen: !("setSecureContext" in server), noDelay: true };
  const other = createServer(options, (socket: Socket) => void server.emit("connection", socket));
  return other.listen({ host: address, port, reusePort: true });
}

/** A port that nobody listens on: the one that is wanted, or any for 0. Throws as `listen` does. */
async function freePort(place: Place): Promise<number> {
  const probe = createServer().listen({ ...place, exclusive: true });
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
