import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { type Membership, type Session, signOut } from "../api/session.ts";
import { Freshener } from "../features/orders/freshen.ts";
import { openLive } from "../live/live.ts";
import { useKeys } from "../ui/keys.ts";
import { Brand, Icon } from "../ui/marks.tsx";
import { useTheme } from "../ui/theme.ts";
import { toast, Toaster } from "../ui/toast.tsx";
import { problemOf } from "../api/problems.ts";
import { LiveMark } from "../live/LiveMark.tsx";
import { Entered, hearEntry } from "./Entered.tsx";
import { ShortcutHelp } from "./ShortcutHelp.tsx";

const VIEWS = [
  { label: "Held for a person", query: "held=true" },
  { label: "Printing", query: "stage=printing" },
  { label: "Shipped", query: "stage=shipped" },
  { label: "Delivered", query: "stage=delivered" },
] as const;

interface Props {
  readonly session: Session;
  readonly workspace: Membership;
  readonly children: ReactNode;
}

/** The rail, the bar on top, and the page between them. It keeps the tab's stream of events open. */
export function Frame({ session, workspace, children }: Props) {
  const queries = useQueryClient();
  const [help, setHelp] = useState(false);
  useEffect(() => {
    const freshener = new Freshener(queries);
    const close = openLive(
      (event) => {
        freshener.hear(event);
        hearEntry(queries, event);
      },
      () => void queries.invalidateQueries(),
    );
    return () => {
      close();
      freshener.stop();
    };
  }, [queries, workspace.id]);
  useKeys({ "?": () => setHelp(true) });
  return (
    <div className="frame">
      <a className="skip sheet" href="#page">
        Skip to the page
      </a>
      <Rail workspace={workspace} onHelp={() => setHelp(true)} />
      <header className="top sheet">
        <WorkspaceName session={session} workspace={workspace} />
        <span className="ml-auto flex items-center gap-2">
          <LiveMark />
          <ThemeButton />
        </span>
      </header>
      <main id="page" className="page" tabIndex={-1}>
        <Entered />
        {children}
      </main>
      {help && <ShortcutHelp onClose={() => setHelp(false)} />}
      <Toaster />
    </div>
  );
}

function Rail({ workspace, onHelp }: { readonly workspace: Membership; readonly onHelp: () => void }) {
  const queries = useQueryClient();
  const [path] = useLocation();
  const query = useSearch();
  const orders = `/w/${workspace.slug}/orders`;
  const inViews = path === orders && VIEWS.some((view) => view.query === query);
  const leave = () => {
    signOut(queries).catch((error: unknown) => toast({ text: problemOf(error).title }));
  };
  return (
    <nav className="rail sheet" aria-label="Main">
      <Link className="brand" href={orders} aria-label="PrintVision">
        <Brand />
        <span className="label">PrintVision</span>
      </Link>
      <Link className="place" href={orders} title="Orders" {...(path.startsWith(orders) && !inViews ? { "aria-current": "page" as const } : {})}>
        <Icon name="orders" />
        <span className="label">Orders</span>
      </Link>
      {VIEWS.map((view) => (
        <Link
          key={view.query}
          className="place sub"
          href={`${orders}?${view.query}`}
          {...(path === orders && query === view.query ? { "aria-current": "page" as const } : {})}
        >
          {view.label}
        </Link>
      ))}
      <div className="foot">
        <button type="button" className="place" onClick={onHelp} title="Keyboard shortcuts">
          <Icon name="keys" />
          <span className="label">Shortcuts</span>
        </button>
        <button type="button" className="place" onClick={leave} title="Sign out">
          <Icon name="out" />
          <span className="label">Sign out</span>
        </button>
      </div>
    </nav>
  );
}

/** Where one is; with several workspaces, the way to the others. */
function WorkspaceName({ session, workspace }: { readonly session: Session; readonly workspace: Membership }) {
  if (session.workspaces.length < 2) return <span className="truncate font-semibold">{workspace.name}</span>;
  return (
    <label className="min-w-0">
      <span className="sr-only">Workspace</span>
      <select
        className="button max-w-full truncate font-semibold"
        value={workspace.slug}
        // A page of its own: nothing that was fetched for one workspace is there to be shown in another.
        onChange={(event) => location.assign(`/w/${event.target.value}/orders`)}
      >
        {session.workspaces.map((each) => (
          <option key={each.id} value={each.slug}>
            {each.name}
          </option>
        ))}
      </select>
    </label>
  );
}

const ICONS = { system: "screen", light: "sun", dark: "moon" } as const;

function ThemeButton() {
  const [theme, next] = useTheme();
  return (
    <button type="button" className="button" data-square data-kind="plain" onClick={next} aria-label={`Theme: ${theme}`} title={`Theme: ${theme}`}>
      <span className="size-[18px]">
        <Icon name={ICONS[theme]} />
      </span>
    </button>
  );
}
