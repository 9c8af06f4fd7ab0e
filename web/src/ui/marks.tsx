import type { ReactNode, SVGProps } from "react";
import type { Shape, Tone } from "./shapes.ts";

const STROKE: SVGProps<SVGSVGElement> = {
  viewBox: "0 0 24 24",
  fill: "none",
  stroke: "currentColor",
  strokeWidth: 1.6,
  strokeLinecap: "round",
  strokeLinejoin: "round",
  "aria-hidden": true,
};

const LINES = {
  orders: "M5 3h14v18l-3-2-2 2-2-2-2 2-2-2-3 2zM9 8h6M9 12h6",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l1.4-1.4M17.6 6.4 19 5",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  screen: "M3 5h18v11H3zM8 20h8M12 16v4",
  out: "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
  back: "M15 5l-7 7 7 7",
  keys: "M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M8 14h8",
} as const;

export function Icon({ name }: { readonly name: keyof typeof LINES }) {
  return (
    <svg {...STROKE}>
      <path d={LINES[name]} />
    </svg>
  );
}

/** The brand: a registration cross whose three plates do not quite meet. */
export function Brand() {
  return (
    <svg viewBox="0 0 24 24" fill="none" strokeWidth="1.75" aria-hidden="true">
      <circle cx="10.4" cy="11" r="6.4" stroke="var(--cyan-line)" />
      <circle cx="13.6" cy="11" r="6.4" stroke="var(--magenta-line)" />
      <circle cx="12" cy="13.8" r="6.4" stroke="var(--yellow-line)" />
      <path d="M12 0v24M0 12h24" stroke="currentColor" strokeWidth="1" />
    </svg>
  );
}

/** The loading mark. */
export function Registration({ label }: { readonly label: string }) {
  return (
    <div role="status" className="grid place-items-center gap-4 p-8 text-soft">
      <svg {...STROKE} strokeWidth={1.25} className="registration">
        <circle cx="12" cy="12" r="6.5" />
        <path d="M12 1v22M1 12h22" />
      </svg>
      {label}
    </div>
  );
}

const SHAPES: Readonly<Record<Shape, ReactNode>> = {
  ring: <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.75" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.75" />
      <path d="M6 1.5a4.5 4.5 0 0 0 0 9z" fill="currentColor" />
    </>
  ),
  disc: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  bar: <path d="M2.5 1.5h2.5v9H2.5zM7 1.5h2.5v9H7z" fill="currentColor" />,
  cross: <path d="M2 2l8 8M10 2l-8 8" stroke="currentColor" strokeWidth="1.75" />,
  tick: <path d="M1.5 6.5l3 3 6-7" fill="none" stroke="currentColor" strokeWidth="2" />,
};

export function Glyph({ shape, tone }: { readonly shape: Shape; readonly tone: Tone }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden="true" data-tone={tone}>
      {SHAPES[shape]}
    </svg>
  );
}

/** A state: its word beside its shape, in its ink. */
export function Sign({ word, shape, tone }: { readonly word: string; readonly shape: Shape; readonly tone: Tone }) {
  return (
    <span className="sign" data-tone={tone}>
      <Glyph shape={shape} tone={tone} />
      {word}
    </span>
  );
}

/** Room between crop marks, for what is not there yet. */
export function CropFrame({ children }: { readonly children: ReactNode }) {
  return (
    <div className="crop">
      <i />
      <i />
      <i />
      <i />
      {children}
    </div>
  );
}

export function Bone({ className = "" }: { readonly className?: string }) {
  return <span aria-hidden="true" className={`bone ${className}`} />;
}
