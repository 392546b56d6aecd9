import { z } from "zod";
import { KeptAnswer, PlainAnswer } from "../wire/answer.ts";
import { openRpcDocument, openRpcVersion } from "./documents/openrpc.ts";
import type { DocumentInfo } from "./documents/schema.ts";
import { defineMethod, type Method } from "./method.ts";

/** The method `rpc.discover`, which answers the OpenRPC document of the list that it is itself part of. */
export function discoverMethod<Context>(
  methods: () => readonly Method<Context>[],
  info: DocumentInfo,
): Method<Context> {
  let document: KeptAnswer | undefined;
  return defineMethod<Context>()({
    name: "rpc.discover",
    summary: "The OpenRPC document of this service.",
    description: "Describes every method: its parameters, its result, its errors and examples.",
    params: z.strictObject({}),
    result: z.looseObject({
      openrpc: z.string().describe("the version of OpenRPC; the other members are the document's"),
    }),
    errors: [],
    examples: [
      {
        name: "the version of OpenRPC",
        params: {},
        result: { openrpc: openRpcVersion },
        isPart: true,
      },
    ],
    handle() {
      document ??= new KeptAnswer(new PlainAnswer(openRpcDocument(methods(), info)));
      return document;
    },
  });
}
