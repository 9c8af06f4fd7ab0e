import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import {
  type FirstPurpose,
  acceptInvitation,
  askForReset,
  askToSignUp,
  confirmEmail,
  makeAccount,
  seeLink,
  setPassword,
  takeToken,
} from "../api/account.ts";
import { queries } from "../api/client.ts";
import { sessionQuery } from "../api/session.ts";
import { Registration } from "../ui/marks.tsx";
import { Alone } from "./App.tsx";
import { BackFromIssuer, Connect } from "./OpenId.tsx";
import { ByPassword } from "./SignIn.tsx";
import { Entry, Line, text } from "./entry.tsx";

const token = location.hash ? takeToken() : "";
const PASSWORD_HINT = "Eight characters or more. Four or five words that have nothing to do with each other are good.";

/** The pages before one is inside, save that for signing in. What a link does is done by a button, never by opening it. */
export default function Entering() {
  return (
    <Switch>
      <Route path="/forgot">
        <ByMail
          title="Set a new password"
          ask={askForReset}
          act="Send me a link"
          sent="If there is an account with this address, a link is on its way to it. It works once, for an hour."
        />
      </Route>
      <Route path="/sign-up">
        <ByMail
          title="Make an account"
          ask={askToSignUp}
          act="Send me a link"
          sent="A link is on its way to this address. Your account is made once you open it."
        />
      </Route>
      <Route path="/reset">
        <Reset />
      </Route>
      <Route path="/confirm">
        <Confirm />
      </Route>
      <Route path="/welcome">
        <First purpose="sign-up" title="Make your account" />
      </Route>
      <Route path="/sign-in/openid">
        <BackFromIssuer />
      </Route>
      <Route path="/connect">
        <Connect />
      </Route>
      <Route path="/invitation">
        <Invitation />
      </Route>
    </Switch>
  );
}

interface ByMailProps {
  readonly title: string;
  readonly act: string;
  readonly sent: string;
  readonly ask: (email: string) => Promise<unknown>;
}

function ByMail({ title, act, sent, ask }: ByMailProps) {
  const { mutate, error, isPending, isSuccess } = useMutation({ mutationFn: (given: FormData) => ask(text(given, "email")) });
  const below = <Link className="underline underline-offset-4" href="/sign-in">Sign in with a password</Link>;
  if (isSuccess) {
    return (
      <Entry title="Look into your mail" below={below}>
        <p role="status">{sent}</p>
      </Entry>
    );
  }
  return (
    <Entry title={title} act={act} error={error} busy={isPending} onSubmit={mutate} below={below}>
      <Line label="E-mail address" name="email" type="email" autoComplete="username" first />
    </Entry>
  );
}

function Reset() {
  const { mutate, error, isPending, isSuccess } = useMutation({
    mutationFn: (given: FormData) => setPassword(token, text(given, "password")),
  });
  if (isSuccess) {
    return (
      <Entry title="Your password is set">
        <p role="status">You are signed out everywhere. Sign in with the new password.</p>
        <a className="button" data-kind="act" href="/sign-in">
          Sign in
        </a>
      </Entry>
    );
  }
  return (
    <Entry title="Set a new password" act="Set it" error={error} busy={isPending} onSubmit={mutate}>
      <Line label="New password" name="password" type="password" autoComplete="new-password" hint={PASSWORD_HINT} first />
    </Entry>
  );
}

function Confirm() {
  const { mutate, error, isPending, isSuccess } = useMutation({ mutationFn: () => confirmEmail(token) });
  if (isSuccess) {
    return (
      <Entry title="Your address is confirmed">
        <p role="status">From now on you sign in with it.</p>
        <a className="button" data-kind="act" href="/">
          Go on
        </a>
      </Entry>
    );
  }
  return (
    <Entry title="Confirm your new address" act="Confirm it" error={error} busy={isPending} onSubmit={() => mutate()}>
      <p>From then on you sign in with the address that this link was sent to.</p>
    </Entry>
  );
}

function First({ purpose, title }: { readonly purpose: FirstPurpose; readonly title: string }) {
  const [, go] = useLocation();
  const link = useQuery({ queryKey: ["link", purpose], queryFn: () => seeLink(token, purpose), retry: false });
  const { mutate, error, isPending } = useMutation({
    mutationFn: (given: FormData) => makeAccount(token, purpose, text(given, "name"), text(given, "password")),
    onSuccess: async () => {
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      go("/", { replace: true });
    },
  });
  if (link.isPending) return <Looking />;
  if (link.isError) return <Entry title="This link does not work" error={link.error} below={<Link className="underline underline-offset-4" href="/sign-in">Sign in</Link>} />;
  return (
    <Entry title={title} act="Make the account" error={error} busy={isPending} onSubmit={mutate}>
      <Line label="E-mail address" name="email" type="email" autoComplete="username" value={link.data.email ?? ""} />
      <Line label="Your name" name="name" autoComplete="name" first />
      <Line label="Password" name="password" type="password" autoComplete="new-password" hint={PASSWORD_HINT} />
    </Entry>
  );
}

function Invitation() {
  const [, go] = useLocation();
  const [signedIn, setSignedIn] = useState(false);
  const link = useQuery({ queryKey: ["link", "invite"], queryFn: () => seeLink(token, "invite"), retry: false });
  const session = useQuery(sessionQuery);
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => acceptInvitation(token),
    onSuccess: async ({ slug }) => {
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      go(`/w/${slug}/orders`, { replace: true });
    },
  });
  if (link.isPending || session.isPending) return <Looking />;
  if (link.isError || !link.data.has_account) return <First purpose="invite" title="Take the invitation" />;
  if (!session.data && !signedIn) {
    const done = async () => {
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      setSignedIn(true);
    };
    return <ByPassword title="Sign in to take the invitation" onDone={done} />;
  }
  return (
    <Entry title="Take the invitation" act="Become a member" error={error} busy={isPending} onSubmit={() => mutate()}>
      <p>It was sent to {link.data.email}.</p>
    </Entry>
  );
}

function Looking() {
  return (
    <Alone>
      <Registration label="Looking at the link …" />
    </Alone>
  );
}
