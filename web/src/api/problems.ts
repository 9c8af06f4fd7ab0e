import type { Problem, ProblemCode } from "./router.ts";

/** What went wrong, as a person is told it. */
export interface Trouble {
  readonly code: ProblemCode | "unreachable" | "unknown";
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly action: string;
  readonly requestId?: string;
  /** Whether the same call may well work in a moment. */
  readonly again: boolean;
}

const PASSING = new Set([429, 502, 503, 504]);

/** A refused `fetch` of ours; the tRPC client's errors carry the same document under `data`. */
export class Refused extends Error {
  constructor(readonly problem: Partial<Problem> & { readonly status: number }) {
    super(problem.title ?? `The server answered ${problem.status}`);
  }
}

export function problemOf(error: unknown): Trouble {
  const problem = documentOf(error);
  if (problem) {
    return {
      code: problem.code ?? "unknown",
      status: problem.status,
      title: problem.title ?? "Something went wrong",
      ...(problem.detail ? { detail: problem.detail } : {}),
      action: problem.action ?? "Try again; if it stays, tell whoever runs this installation.",
      ...(problem.request_id ? { requestId: problem.request_id } : {}),
      again: PASSING.has(problem.status),
    };
  }
  return {
    code: "unreachable",
    status: 0,
    title: "The server cannot be reached",
    action: "Check the connection. What is shown stays as it was, and this is tried again.",
    again: true,
  };
}

function documentOf(error: unknown): (Partial<Problem> & { readonly status: number }) | undefined {
  if (error instanceof Refused) return error.problem;
  const data = (error as { data?: { problem?: Problem } } | null)?.data;
  return data?.problem;
}
