import { type Way, signOf, stepsOf } from "./steps.ts";
import { words } from "../../ui/format.ts";

interface Props {
  readonly way: Way;
  readonly size?: "small" | "large";
}

/** An order's way as a printer's control strip. Small, it is a picture that its row's word stands beside. */
export function ColourBar({ way, size = "small" }: Props) {
  const whole = way.stage === "delivered" ? { "data-whole": true } : {};
  if (size === "small") {
    return (
      <ol className="bar" aria-hidden="true" {...whole}>
        {stepsOf(way).map(({ step, state }) => (
          <li key={step} data-state={state} />
        ))}
      </ol>
    );
  }
  return (
    <ol className="bar" data-size="large" aria-label={`The order's way: ${signOf(way).word}`} {...whole}>
      {stepsOf(way).map(({ step, state }) => (
        <li key={step} data-state={state} {...(state === "now" || state === "held" ? { "aria-current": "step" as const } : {})}>
          <i />
          <span className="word">{words(step)}</span>
          <span className="sr-only">{state === "held" ? "held here" : state === "done" ? "done" : ""}</span>
        </li>
      ))}
    </ol>
  );
}
