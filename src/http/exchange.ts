import type { FastifyReply, FastifyRequest } from "fastify";
import type { Exchange } from "../rpc/dispatch.ts";

/** What a request's log line tells besides its route, status and duration. */
export interface Facts {
  readonly startedAtMs: number;
  method?: string;
  calls?: number;
  outcome?: string;
  readonly noted: Record<string, string | number | boolean>;
}

declare module "fastify" {
  interface FastifyRequest {
    facts: Facts;
  }
}

/** The requests being served: how many there are, when there are none left, and a way to stop them. */
export interface InFlight {
  readonly count: number;
  /** Counts a request from now until its answer is sent or its client is gone. */
  enter(reply: FastifyReply): void;
  /** The surroundings of a request that has arrived whole. Its signal aborts when the client goes away. */
  open(request: FastifyRequest, reply: FastifyReply): Exchange;
  /** Resolves when nothing is being served, or after a time. */
  idle(timeoutMs: number): Promise<void>;
  /** Aborts all that is being served; the reason is what the calls answer. */
  abortAll(reason: Error): void;
}

/** Starts counting. */
export function createInFlight(): InFlight {
  const replies = new Set<FastifyReply>();
  const controllers = new Set<AbortController>();
  const waiting = new Set<() => void>();

  return {
    get count() {
      return replies.size;
    },
    enter(reply) {
      replies.add(reply);
      reply.raw.once("close", () => {
        replies.delete(reply);
        if (replies.size === 0) for (const wake of waiting) wake();
      });
    },
    open(request, reply) {
      const controller = new AbortController();
      controllers.add(controller);
      reply.raw.once("close", () => {
        controllers.delete(controller);
        if (!reply.raw.writableEnded) controller.abort();
      });
      return {
        requestId: request.id,
        call: {
          signal: controller.signal,
          receivedAtMs: performance.now(),
          note: (fields) => void Object.assign(request.facts.noted, fields),
        },
      };
    },
    async idle(timeoutMs) {
      if (replies.size === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, timeoutMs);
      waiting.add(resolve);
      await promise;
      waiting.delete(resolve);
      clearTimeout(timer);
    },
    abortAll(reason) {
      for (const controller of controllers) controller.abort(reason);
    },
  };
}
