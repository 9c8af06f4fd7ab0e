import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { type SignedIn, byPassword, giveSecond, takeToken } from "../api/account.ts";
import { queries } from "../api/client.ts";
import { sessionQuery, signIn } from "../api/session.ts";
import { Registration } from "../ui/marks.tsx";
import { ErrorPanel } from "../ui/panels.tsx";
import { Alone } from "./App.tsx";
import { ByIssuers } from "./OpenId.tsx";
import { Entry, Line, text } from "./entry.tsx";

const token = location.pathname === "/sign-in" ? takeToken() : "";

/** By the link that one came with, else with a password. */
export function SignIn() {
  const [, go] = useLocation();
  const inside = async () => {
    await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
    go("/", { replace: true });
  };
  return token ? <ByLink onDone={inside} /> : <ByPassword onDone={inside} />;
}

interface Way {
  readonly onDone: () => Promise<void> | void;
}

function ByLink({ onDone }: Way) {
  const { mutate, error } = useMutation({ mutationFn: signIn, onSuccess: onDone });
  useEffect(() => mutate(token), [mutate]);
  if (!error) {
    return (
      <Alone>
        <Registration label="Signing in …" />
      </Alone>
    );
  }
  return (
    <Alone>
      <div className="grid gap-4">
        <h1 className="text-xl">This link did not sign you in</h1>
        <ErrorPanel error={error} />
        <p className="text-soft">A link works once and not for long. Ask for a new one, or sign in with your password.</p>
        <a className="button justify-self-start" href="/sign-in">
          Sign in with a password
        </a>
      </div>
    </Alone>
  );
}

/** E-mail address and password, and then a second factor where one is asked for. */
export function ByPassword({ onDone, title = "Sign in" }: Way & { readonly title?: string }) {
  const [second, setSecond] = useState<readonly string[]>();
  const after = async (got: SignedIn) => {
    if (got.signed_in) await onDone();
    else setSecond(got.second);
  };
  const { mutate, error, isPending } = useMutation({
    mutationFn: (given: FormData) => byPassword(text(given, "email"), text(given, "password")),
    onSuccess: after,
  });
  if (second) return <SecondFactor kinds={second} onDone={after} />;
  return (
    <Entry
      title={title}
      act="Sign in"
      error={error}
      busy={isPending}
      onSubmit={mutate}
      below={
        <>
          <ByIssuers />
          <Link className="underline underline-offset-4" href="/forgot">I forgot my password</Link>
          <Link className="underline underline-offset-4" href="/sign-up">I have no account yet</Link>
        </>
      }
    >
      <Line label="E-mail address" name="email" type="email" autoComplete="username" first />
      <Line label="Password" name="password" type="password" autoComplete="current-password" />
    </Entry>
  );
}

export function SecondFactor({ kinds, onDone }: { readonly kinds: readonly string[]; readonly onDone: (got: SignedIn) => Promise<void> }) {
  const [recovery, setRecovery] = useState(!kinds.includes("totp"));
  const { mutate, error, isPending } = useMutation({
    mutationFn: (given: FormData) => {
      const code = text(given, "code").trim();
      return giveSecond({ ...(recovery ? { recovery: code } : { totp: code }), remember_device: given.has("remember") });
    },
    onSuccess: onDone,
  });
  return (
    <Entry
      title="One more proof that it is you"
      act="Go on"
      error={error}
      busy={isPending}
      onSubmit={mutate}
      below={
        <button type="button" className="button justify-self-start" onClick={() => setRecovery(!recovery)}>
          {recovery ? "Use the code of my authenticator" : "Use a recovery code"}
        </button>
      }
    >
      {recovery ? (
        <Line key="recovery" label="Recovery code" name="code" autoComplete="off" first />
      ) : (
        <Line key="totp" label="The six digits that your authenticator shows" name="code" autoComplete="one-time-code" numeric first />
      )}
      <label className="flex items-center gap-2 text-sm">
        <input type="checkbox" name="remember" /> Do not ask again in this browser for 30 days
      </label>
    </Entry>
  );
}
