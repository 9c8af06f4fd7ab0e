import { useLive } from "./live.ts";
import { Sign } from "../ui/marks.tsx";
import { clockTime } from "../ui/format.ts";

const MARKS = {
  live: { word: "Live", shape: "disc", tone: "green" },
  connecting: { word: "Connecting", shape: "half", tone: "yellow" },
  offline: { word: "Offline", shape: "cross", tone: "magenta" },
} as const;

/** Whether what is shown is what is. */
export function LiveMark() {
  const { state } = useLive();
  return (
    <span className="livemark" role="status" data-live={state}>
      <Sign {...MARKS[state]} />
    </span>
  );
}

/** Since when what is shown may be old; nothing while it is live. */
export function StaleBadge() {
  const { state, since } = useLive();
  if (state !== "offline") return null;
  return (
    <span className="sign text-sm" data-tone="yellow">
      As of {clockTime(new Date(since).toISOString())}
    </span>
  );
}
