import { once } from "node:events";
import { connect } from "node:net";
import { setImmediate } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { listenWidely } from "../../src/http/sockets/listeners.ts";
import { startFake, subtractCall } from "./service.ts";

const local = { host: "127.0.0.1", port: 0 };
const portOf = (address: string) => Number(new URL(address).port);

describe.runIf(process.platform === "linux")("a service that listens with several sockets", () => {
  test("accepts several connections in one turn of the event loop", async () => {
    const { app } = startFake();
    const port = portOf(await listenWidely(app, local));
    let accepted = 0;
    app.server.on("connection", () => accepted++);
    const sockets = Array.from({ length: 80 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    const perTurn: number[] = [];
    while (accepted < sockets.length) {
      const before = accepted;
      await setImmediate();
      perTurn.push(accepted - before);
    }
    // Of one socket it would be one.
    expect(Math.max(...perTurn)).toBeGreaterThan(2);
  });

  test("answers on all of them, and says that a connection ends as on one", async () => {
    const { app } = startFake();
    const address = await listenWidely(app, local);
    const answers = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const sent = { method: "POST", body: JSON.stringify(subtractCall), headers: { connection: "close" } };
        return (await fetch(`${address}/rpc`, sent)).json();
      }),
    );
    expect(new Set(answers.map(({ result }) => result))).toEqual(new Set([19]));
  });

  test("shares its port with no other, and leaves it when it is closed", async () => {
    const { app } = startFake();
    const port = portOf(await listenWidely(app, local));
    await expect(listenWidely(startFake().app, { ...local, port })).rejects.toMatchObject({ code: "EADDRINUSE", port });
    await expect(startFake().app.listen({ ...local, port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await app.close();
    const refused = connect(port, "127.0.0.1");
    const [error] = await once(refused, "error");
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
  });

  test("counts the connections of all of them", async () => {
    const { app } = startFake({ CONNECTIONS_PER_ADDRESS: "10" });
    const port = portOf(await listenWidely(app, local));
    let accepted = 0;
    app.server.on("connection", () => accepted++);
    const sockets = Array.from({ length: 10 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    while (accepted < sockets.length) await setImmediate();
    const excess = await fetch(`http://127.0.0.1:${port}/livez`);
    expect([excess.status, excess.headers.get("connection")]).toEqual([503, "close"]);
  });
});
