import { useQuery } from "@tanstack/react-query";
import { type ReactNode, Suspense, lazy } from "react";
import { Redirect, Route, Switch } from "wouter";
import { type Session, sessionQuery } from "../api/session.ts";
import { Frame } from "../frame/Frame.tsx";
import { OrdersPage } from "../features/orders/OrdersPage.tsx";
import { Registration } from "../ui/marks.tsx";
import { Empty, ErrorPanel } from "../ui/panels.tsx";
import { SignIn } from "./SignIn.tsx";

const ENTRIES = ["/forgot", "/sign-up", "/reset", "/confirm", "/welcome", "/invitation", "/sign-in/openid", "/connect"];
const Entering = lazy(() => import("./Entering.tsx"));
const BackFromProvider = lazy(() => import("./OAuth.tsx"));
const OrderPage = lazy(() => import("../features/orders/OrderPage.tsx"));

export function App() {
  return (
    <Switch>
      <Route path="/sign-in">
        <SignIn />
      </Route>
      {ENTRIES.map((path) => (
        <Route key={path} path={path}>
          <Suspense fallback={<Registration label="Fetching the page …" />}>
            <Entering />
          </Suspense>
        </Route>
      ))}
      <Route path="/oauth/:provider">
        <Suspense fallback={<Registration label="Fetching the page …" />}>
          <BackFromProvider />
        </Suspense>
      </Route>
      <Route>
        <Inside />
      </Route>
    </Switch>
  );
}

/** Everything that needs somebody signed in. */
function Inside() {
  const { data: session, error, refetch } = useQuery(sessionQuery);
  if (session) return <Places session={session} />;
  if (session === null) return <SignedOut />;
  return <Alone>{error ? <ErrorPanel error={error} retry={() => void refetch()} /> : <Registration label="Signing in …" />}</Alone>;
}

function Places({ session }: { readonly session: Session }) {
  const [first] = session.workspaces;
  if (!first) return <NoWorkspace />;
  const home = `/w/${first.slug}/orders`;
  return (
    <Switch>
      <Route path="/">
        <Redirect to={home} replace />
      </Route>
      <Route path="/orders">
        <Redirect to={home} replace />
      </Route>
      <Route path="/w/:slug/*?">{({ slug }) => <Inhabited session={session} slug={slug} home={home} />}</Route>
      <Route>
        <Frame session={session} workspace={first}>
          <Nowhere orders={home} />
        </Frame>
      </Route>
    </Switch>
  );
}

function Inhabited({ session, slug, home }: { readonly session: Session; readonly slug: string; readonly home: string }) {
  const workspace = session.workspaces.find((each) => each.slug === slug);
  if (!workspace) return <Elsewhere orders={home} />;
  return (
    <Frame key={workspace.id} session={session} workspace={workspace}>
      <Workspace orders={`/w/${slug}/orders`} />
    </Frame>
  );
}

function Workspace({ orders }: { readonly orders: string }) {
  return (
    <Suspense fallback={<Registration label="Fetching the page …" />}>
      <Switch>
        <Route path={orders}>
          <OrdersPage base={orders} />
        </Route>
        <Route path={`${orders}/:order_id`}>{({ order_id }) => <OrderPage base={orders} orderId={order_id} />}</Route>
        <Route>
          <Nowhere orders={orders} />
        </Route>
      </Switch>
    </Suspense>
  );
}

function Nowhere({ orders }: { readonly orders: string }) {
  return (
    <Empty title="There is no such page">
      <p>The address may be mistyped, or what it showed is gone.</p>
      <a className="button" data-kind="act" href={orders}>
        Go to Orders
      </a>
    </Empty>
  );
}

function Elsewhere({ orders }: { readonly orders: string }) {
  return (
    <Alone>
      <Empty title="You are no member of that workspace">
        <p>The address may be mistyped. Else ask an owner of the workspace to invite you.</p>
        <a className="button" data-kind="act" href={orders}>
          Go to your orders
        </a>
      </Empty>
    </Alone>
  );
}

function NoWorkspace() {
  return (
    <Alone>
      <Empty title="You are in no workspace yet">
        <p>Ask an owner of one to invite you.</p>
      </Empty>
    </Alone>
  );
}

function SignedOut() {
  return (
    <Alone>
      <Empty title="You are signed out">
        <a className="button" data-kind="act" href="/sign-in">
          Sign in
        </a>
        <a className="button" href="/api/docs">
          Read about the API meanwhile
        </a>
      </Empty>
    </Alone>
  );
}

export function Alone({ children }: { readonly children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="sheet w-full max-w-lg p-6">{children}</div>
    </main>
  );
}
