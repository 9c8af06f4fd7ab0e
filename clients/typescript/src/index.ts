import { createTRPCClient, httpBatchStreamLink, TRPCClientError, type TRPCClient } from "@trpc/client";
import type { AppRouter, Problem } from "./router.js";

export type * from "./router.js";

export interface Options {
  /** Where the installation is, such as `https://desk.example.com`. */
  readonly url: string;
  /** An API key; `printvision keys create` makes one. */
  readonly key: string;
}

/** A client whose calls are the operations: `client.orders.get.query({ order_id })`. Calls made at once share a request. */
export function createPrintVision({ url, key }: Options): TRPCClient<AppRouter> {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchStreamLink({
        url: new URL("/trpc", url),
        headers: { authorization: `Bearer ${key}` },
        maxItems: 50,
      }),
    ],
  });
}

/** What the server says of a failed call; undefined where it was not reached, or the failure is another's. */
export function problemOf(error: unknown): Problem | undefined {
  if (!(error instanceof TRPCClientError)) return undefined;
  return (error as TRPCClientError<AppRouter>).data?.problem;
}
