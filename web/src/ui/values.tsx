import { useSyncExternalStore } from "react";
import { type Amount, age, exact, money } from "./format.ts";

const EVERY_MS = 15_000;
let now = Date.now();

function eachTick(tell: () => void): () => void {
  const timer = setInterval(() => {
    now = Date.now();
    tell();
  }, EVERY_MS);
  return () => clearInterval(timer);
}

export function useNow(): number {
  return useSyncExternalStore(eachTick, () => now);
}

/** How long ago; the exact time on hover and for screen readers. */
export function Age({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={exact(at)}>
      <span aria-hidden="true">{age(at, useNow())}</span>
      <span className="sr-only">{exact(at)}</span>
    </time>
  );
}

export function Money({ amount, none = "–" }: { readonly amount: Amount | null; readonly none?: string }) {
  return amount ? <span className="whitespace-nowrap">{money(amount)}</span> : <span className="text-soft">{none}</span>;
}
