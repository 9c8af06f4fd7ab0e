import type { ReactNode } from "react";
import { Brand } from "../ui/marks.tsx";
import { ErrorPanel } from "../ui/panels.tsx";

interface EntryProps {
  readonly title: string;
  readonly error?: unknown;
  readonly busy?: boolean;
  readonly act?: string;
  readonly onSubmit?: (given: FormData) => void;
  readonly children?: ReactNode;
  /** What stands below the form: other ways. */
  readonly below?: ReactNode;
}

/** A page with one thing to do, before one is inside. */
export function Entry({ title, error, busy = false, act, onSubmit, children, below }: EntryProps) {
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="sheet grid w-full max-w-md gap-5 p-6">
        <div className="flex items-center gap-3">
          <span className="size-7">
            <Brand />
          </span>
          <h1 className="text-xl">{title}</h1>
        </div>
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) onSubmit?.(new FormData(event.currentTarget));
          }}
        >
          {children}
          {error !== undefined && error !== null && <ErrorPanel error={error} />}
          {act && (
            <button type="submit" className="button" data-kind="act" disabled={busy}>
              {busy ? "One moment …" : act}
            </button>
          )}
        </form>
        {below && <div className="grid gap-2 text-sm text-soft">{below}</div>}
      </div>
    </main>
  );
}

interface LineProps {
  readonly label: string;
  readonly name: string;
  readonly type?: "text" | "email" | "password";
  readonly autoComplete: string;
  readonly hint?: string;
  readonly value?: string;
  readonly first?: boolean;
  readonly numeric?: boolean;
}

export function Line({ label, name, type = "text", autoComplete, hint, value, first = false, numeric = false }: LineProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        className="control"
        name={name}
        type={type}
        autoComplete={autoComplete}
        autoFocus={first}
        required
        {...(type === "password" && autoComplete === "new-password" ? { minLength: 8, maxLength: 256 } : {})}
        {...(numeric ? { inputMode: "numeric" as const } : {})}
        {...(value === undefined ? {} : { value, readOnly: true })}
        {...(hint ? { "aria-describedby": `${name}-hint` } : {})}
      />
      {hint && (
        <span id={`${name}-hint`} className="text-soft">
          {hint}
        </span>
      )}
    </label>
  );
}

export const text = (given: FormData, name: string): string => String(given.get(name) ?? "");
