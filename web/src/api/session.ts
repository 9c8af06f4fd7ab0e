import { queryOptions, type QueryClient } from "@tanstack/react-query";
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

const WHERE = "/api/v1/session";

/** Null where nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async (): Promise<Session | null> => {
    const answer = await fetch(WHERE);
    if (answer.status === 401) return null;
    return read<Session>(answer);
  },
});

/** Sign in by a link's token, which works once. */
export async function signIn(token: string): Promise<void> {
  const body = JSON.stringify({ token });
  const answer = await fetch(WHERE, { method: "POST", headers: { "content-type": "application/json" }, body });
  if (!answer.ok) await read(answer);
}

export async function signOut(queries: QueryClient): Promise<void> {
  const answer = await fetch(WHERE, { method: "DELETE" });
  if (!answer.ok && answer.status !== 401) await read(answer);
  forgetSession(queries);
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
}

export function forgetSession(queries: QueryClient): void {
  queries.setQueryData(sessionQuery.queryKey, null);
}

async function read<T>(answer: Response): Promise<T> {
  const document: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw new Refused({ ...(document as object), status: answer.status });
  return document as T;
}
