import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink } from "@trpc/client";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { problemOf } from "./problems.ts";
import type { AppRouter } from "./router.ts";
import { forgetSession, workspaceHere } from "./session.ts";

const TRIES = 3;

function onError(error: unknown): void {
  if (problemOf(error).status === 401) forgetSession(queries);
}

function here(): Record<string, string> {
  const workspace = workspaceHere();
  return workspace ? { "printvision-workspace": workspace } : {};
}

/** What the server told. It stays as it is until the live stream says that it changed. */
export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < TRIES && problemOf(error).again,
    },
  },
});

export const client = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: "/trpc", maxItems: 50, headers: here })] });

export const api = createTRPCOptionsProxy<AppRouter>({ client, queryClient: queries });
