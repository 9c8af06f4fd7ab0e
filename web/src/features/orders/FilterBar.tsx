import { useQuery } from "@tanstack/react-query";
import { type RefObject, useId, useLayoutEffect, useRef, useState } from "react";
import { api } from "../../api/client.ts";
import { type Change, type Filters, SORTS, STAGES, USUAL, changed, cleared, dayOf, inUse, isSort } from "./filters.ts";
import { stageWord } from "./steps.ts";

interface Props {
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
  readonly search: RefObject<HTMLInputElement | null>;
}

/** One line that finds and sorts, one that narrows; the second is folded away where there is little room. */
export function FilterBar({ filters, onChange, search }: Props) {
  const [open, setOpen] = useState(false);
  const narrowing = useId();
  const used = inUse(filters);
  const change = (some: Change) => onChange(changed(filters, some));
  return (
    <form
      role="search"
      className="contents"
      onSubmit={(event) => {
        event.preventDefault();
        change({ number: search.current?.value.trim() || undefined });
      }}
    >
      <div className="flex w-full flex-wrap gap-2 sm:ml-auto sm:w-auto">
        <input
          key={filters.number ?? ""}
          ref={search}
          type="search"
          className="control sm:w-56!"
          defaultValue={filters.number}
          placeholder="Whole number, as #1040"
          aria-label="Find an order by its number"
          aria-keyshortcuts="/"
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
        <button
          type="button"
          className="button flex-1 lg:hidden"
          aria-expanded={open}
          aria-controls={narrowing}
          onClick={() => setOpen(!open)}
        >
          {used > 0 ? `Filters (${used})` : "Filters"}
        </button>
        <select
          className="control w-auto! flex-1"
          aria-label="Sorted by"
          value={filters.sort ?? USUAL}
          onChange={({ target: { value } }) => change({ sort: isSort(value) && value !== USUAL ? value : undefined })}
        >
          {Object.entries(SORTS).map(([sort, word]) => (
            <option key={sort} value={sort}>
              {word}
            </option>
          ))}
        </select>
      </div>
      <div id={narrowing} className={`filters ${open ? "" : "max-lg:hidden"}`}>
        <select
          className="control"
          aria-label="How far"
          value={filters.stage ?? ""}
          onChange={({ target: { value } }) => change({ stage: STAGES.find((each) => each === value) })}
        >
          <option value="">Every stage</option>
          {STAGES.map((stage) => (
            <option key={stage} value={stage}>
              {stageWord(stage)}
            </option>
          ))}
        </select>
        <select
          className="control"
          aria-label="Held or not"
          value={filters.held === undefined ? "" : String(filters.held)}
          onChange={({ target: { value } }) => change({ held: value ? value === "true" : undefined })}
        >
          <option value="">Held or not</option>
          <option value="true">Held</option>
          <option value="false">Not held</option>
        </select>
        <Providers chosen={filters.provider} onChoose={(provider) => change({ provider })} />
        <Shops chosen={filters.shop} onChoose={(shop) => change({ shop })} />
        <fieldset className="days">
          <legend className="sr-only">Received</legend>
          <Day label="Received from" chosen={filters.from} onChoose={(from) => change({ from })} />
          <Day label="to" chosen={filters.to} onChoose={(to) => change({ to })} />
        </fieldset>
        {used > 0 && (
          <button type="button" className="button" data-kind="plain" onClick={() => onChange(cleared(filters))}>
            Clear filters
          </button>
        )}
      </div>
    </form>
  );
}

interface Choice {
  readonly chosen: string | undefined;
  readonly onChoose: (value: string | undefined) => void;
}

type Named = { readonly id: string; readonly name: string };

const MOST = 200; // what one page of a list holds

function Providers(choice: Choice) {
  const { data } = useQuery(api.connections.list.queryOptions({ limit: MOST }));
  return <OneOf {...choice} of={data?.items} label="Provider" any="Every provider" />;
}

function Shops(choice: Choice) {
  const { data } = useQuery(api.shops.list.queryOptions({ limit: MOST }));
  return <OneOf {...choice} of={data?.items} label="Shop" any="Every shop" />;
}

/** A thing by its name. What the address names and the list does not stays chosen, so that nothing changes by itself. */
function OneOf({ chosen, onChoose, of, label, any }: Choice & { readonly of: readonly Named[] | undefined; readonly label: string; readonly any: string }) {
  const unknown = chosen && !of?.some(({ id }) => id === chosen);
  return (
    <select className="control" aria-label={label} value={chosen ?? ""} onChange={({ target: { value } }) => onChoose(value || undefined)}>
      <option value="">{any}</option>
      {unknown && <option value={chosen}>{of ? `Another ${label.toLowerCase()}` : "…"}</option>}
      {of?.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** A day. The field keeps what is half typed; only a whole day, or none, is chosen. */
function Day({ label, chosen = "", onChoose }: Choice & { readonly label: string }) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (field.current && field.current.value !== chosen) field.current.value = chosen;
  }, [chosen]);
  return (
    <label>
      <span>{label}</span>
      <input
        ref={field}
        type="date"
        className="control"
        defaultValue={chosen}
        aria-label={label === "to" ? "Received to" : label}
        onChange={({ target: { value } }) => {
          const day = dayOf(value);
          if (day || !value) onChoose(day);
        }}
      />
    </label>
  );
}
