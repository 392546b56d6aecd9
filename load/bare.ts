import { text } from "node:stream/consumers";
import Fastify from "fastify";

// The bare server beside which the service is measured: it parses the same bodies and answers the same bytes, made
// beforehand. Standard input holds the answers, by path.

const answers: Readonly<Record<string, string>> = JSON.parse(await text(process.stdin));
const app = Fastify({ keepAliveTimeout: 65_000, bodyLimit: 64 * 2 ** 20 });
for (const [path, answer] of Object.entries(answers)) {
  app.post(path, async (_, reply) => reply.type("application/json; charset=utf-8").send(answer));
}
console.log(`listens on ${await app.listen({ host: "127.0.0.1", port: 0 })}`);
