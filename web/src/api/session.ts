import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { call, post } from "./calls.ts";
import { Refused } from "./problems.ts";

/** A workspace of theirs. */
export interface Membership {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly tier: string;
  readonly role: string;
}

/** Who is signed in, and where they may go. */
export interface Session {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly workspaces: readonly Membership[];
}

/** The workspace that the page's address names; every call says it. */
export function workspaceHere(): string | undefined {
  return /^\/w\/([^/]+)/.exec(location.pathname)?.[1];
}

const WHERE = "/session";

/** Null where nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: (): Promise<Session | null> => call<Session>(WHERE).catch(nobody),
});

/** Sign in by a link's token, which works once. */
export const signIn = (token: string) => post<null>(WHERE, { token });

export async function signOut(queries: QueryClient): Promise<void> {
  await call<null>(WHERE, { method: "DELETE" }).catch(nobody);
  forgetSession(queries);
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
}

export function forgetSession(queries: QueryClient): void {
  queries.setQueryData(sessionQuery.queryKey, null);
}

function nobody(error: unknown): null {
  if (error instanceof Refused && error.problem.status === 401) return null;
  throw error;
}
