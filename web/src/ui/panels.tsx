import type { ReactNode } from "react";
import { type Trouble, problemOf } from "../api/problems.ts";
import { CropFrame } from "./marks.tsx";

export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="grid place-items-center p-2 sm:p-6">
      <CropFrame>
        <div className="grid max-w-sm justify-items-center gap-3 text-center">
          <h2 className="text-lg">{title}</h2>
          {children}
        </div>
      </CropFrame>
    </div>
  );
}

interface Failed {
  readonly error: unknown;
  readonly retry?: () => void;
}

/** What happened, what to do next, and a way to try it again. */
export function ErrorPanel({ error, retry }: Failed) {
  const trouble = problemOf(error);
  return (
    <div className="note" data-ink="magenta" role="alert">
      <strong>{trouble.title}</strong>
      {trouble.detail && <span>{trouble.detail}</span>}
      <span>{trouble.action}</span>
      <RequestId trouble={trouble} />
      {retry && (
        <button type="button" className="button justify-self-start" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

function RequestId({ trouble }: { readonly trouble: Trouble }) {
  if (!trouble.requestId) return null;
  return (
    <span className="text-sm text-soft">
      Request <code className="break-all">{trouble.requestId}</code>
    </span>
  );
}

export function Panel({ title, aside, children }: { readonly title: string; readonly aside?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className="sheet grid content-start gap-3 p-4 sm:p-5" aria-label={title}>
      <div className="flex min-h-6 flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="text-lg">{title}</h2>
        {aside && <div className="text-sm text-soft">{aside}</div>}
      </div>
      {children}
    </section>
  );
}
