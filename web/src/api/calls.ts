import { Refused } from "./problems.ts";

/** Calls of the REST API, for what has no place in tRPC: signing in and what comes before. */
export async function call<T>(path: string, asked: RequestInit = {}): Promise<T> {
  const answer = await fetch(`/api/v1${path}`, asked);
  const document: unknown = answer.status === 204 ? null : await answer.json().catch(() => undefined);
  if (!answer.ok) throw new Refused({ ...(document as object), status: answer.status });
  return document as T;
}

export const post = <T>(path: string, body: object) =>
  call<T>(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
