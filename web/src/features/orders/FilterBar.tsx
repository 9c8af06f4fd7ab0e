import type { RefObject } from "react";
import { type Filters, STAGES } from "./filters.ts";
import { stageWord } from "./steps.ts";

interface Props {
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
  readonly search: RefObject<HTMLInputElement | null>;
}

export function FilterBar({ filters, onChange, search }: Props) {
  const { stage: _stage, ...anyStage } = filters;
  const { held: _held, ...anyHeld } = filters;
  const { number: _number, ...anyNumber } = filters;
  return (
    <form
      role="search"
      className="ml-auto flex w-full flex-wrap gap-2 sm:w-auto"
      onSubmit={(event) => {
        event.preventDefault();
        const number = search.current?.value.trim();
        onChange(number ? { ...anyNumber, number } : anyNumber);
      }}
    >
      <input
        key={filters.number ?? ""}
        ref={search}
        type="search"
        className="control sm:w-56!"
        defaultValue={filters.number}
        placeholder="Number in the shop"
        aria-label="Find an order by its number in the shop"
        aria-keyshortcuts="/"
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
      <select
        className="control w-auto! flex-1"
        aria-label="How far"
        value={filters.stage ?? ""}
        onChange={(event) => {
          const stage = STAGES.find((each) => each === event.target.value);
          onChange(stage ? { ...anyStage, stage } : anyStage);
        }}
      >
        <option value="">Every stage</option>
        {STAGES.map((stage) => (
          <option key={stage} value={stage}>
            {stageWord(stage)}
          </option>
        ))}
      </select>
      <select
        className="control w-auto! flex-1"
        aria-label="Held or not"
        value={filters.held === undefined ? "" : String(filters.held)}
        onChange={(event) => onChange(event.target.value ? { ...anyHeld, held: event.target.value === "true" } : anyHeld)}
      >
        <option value="">Held or not</option>
        <option value="true">Held</option>
        <option value="false">Not held</option>
      </select>
    </form>
  );
}
