import { useEffect, useSyncExternalStore } from "react";

interface Told {
  readonly text: string;
  readonly undo?: () => void;
}

const SHOWN_MS = 8_000;
let told: Told | undefined;
let tell = () => {};

/** Say that something was done, for a while, with a way back where there is one. */
export function toast(next: Told | undefined): void {
  told = next;
  tell();
}

export function Toaster() {
  const now = useSyncExternalStore(
    (watch) => {
      tell = watch;
      return () => {
        tell = () => {};
      };
    },
    () => told,
  );
  useEffect(() => {
    if (!now) return;
    const timer = setTimeout(() => toast(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [now]);
  const undo = now?.undo;
  return (
    <div role="status" aria-live="polite">
      {now && (
        <div className="toast sheet">
          {now.text}
          {undo && (
            <button
              type="button"
              className="button"
              onClick={() => {
                toast(undefined);
                undo();
              }}
            >
              Undo
            </button>
          )}
        </div>
      )}
    </div>
  );
}
