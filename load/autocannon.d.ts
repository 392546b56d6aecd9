declare module "autocannon" {
  interface Request {
    readonly method: "POST";
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    /** Gives the request that is sent instead of this one. */
    readonly setupRequest?: (request: object) => object;
  }

  interface Options {
    readonly url: string;
    readonly requests: readonly Request[];
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
  }

  interface Result {
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
    /** Seconds. */
    readonly duration: number;
  }

  interface Instance extends PromiseLike<Result> {
    on(
      event: "response",
      listener: (client: unknown, statusCode: number, bytes: number, responseTimeMs: number) => void,
    ): void;
  }

  export default function autocannon(options: Options): Instance;
}
