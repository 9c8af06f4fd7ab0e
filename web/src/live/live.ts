import { useSyncExternalStore } from "react";
import type { Event } from "../api/router.ts";

export type Live = { readonly state: "live" | "connecting" | "offline"; readonly since: number };

const LEAST_WAIT_MS = 1_000;
const MOST_WAIT_MS = 30_000;

let now: Live = { state: "connecting", since: Date.now() };
const watchers = new Set<() => void>();

function become(state: Live["state"]): void {
  if (now.state === state) return;
  now = { state, since: Date.now() };
  for (const each of watchers) each();
}

/** How the tab's one stream is. */
export function useLive(): Live {
  return useSyncExternalStore(
    (watch) => {
      watchers.add(watch);
      return () => watchers.delete(watch);
    },
    () => now,
  );
}

/**
 * Keeps the tab's one stream of events open until it is closed.
 *
 * @param onEvent hears every event once, in order.
 * @param onGap what was missed is not known: everything shown may be old.
 */
export function openLive(onEvent: (event: Event) => void, onGap: () => void): () => void {
  let stop: (() => void) | undefined;
  let last: string | undefined;
  let closed = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const down = () => become(navigator.onLine ? "connecting" : "offline");
  const again = () => {
    stop?.();
    stop = undefined;
    clearTimeout(timer);
    if (closed) return;
    const wait = Math.min(MOST_WAIT_MS, LEAST_WAIT_MS * 2 ** failures) * (0.5 + Math.random() / 2);
    failures += 1;
    timer = setTimeout(() => void start(), wait);
  };
  const start = async () => {
    down();
    try {
      const { listen } = await import("./stream.ts");
      if (closed) return;
      stop = listen(last, {
        onEvent,
        onId: (id) => {
          last = id;
        },
        onUp: () => {
          failures = 0;
          if (last === undefined) onGap(); // what happened between the first answers and now was heard by nobody
          become("live");
        },
        onDown: down,
        onEnd: () => {
          last = undefined; // it may be too old to go on from
          onGap(); // and whoever is signed out by now is told so by the answers
          down();
          again();
        },
      });
    } catch {
      again(); // the part that listens could not be loaded
    }
  };
  const offline = () => become("offline");
  const online = () => {
    failures = 0;
    again();
  };
  window.addEventListener("offline", offline);
  window.addEventListener("online", online);
  void start();
  return () => {
    closed = true;
    clearTimeout(timer);
    stop?.();
    window.removeEventListener("offline", offline);
    window.removeEventListener("online", online);
    become("connecting");
  };
}
