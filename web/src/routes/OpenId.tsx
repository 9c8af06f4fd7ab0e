import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { type OpenIdSignIn, beginOpenId, connectOpenId, finishOpenId, listIssuers, takeToken } from "../api/account.ts";
import { takeAnswer } from "../api/answers.ts";
import { queries } from "../api/client.ts";
import { sessionQuery } from "../api/session.ts";
import { Registration } from "../ui/marks.tsx";
import { Alone } from "./App.tsx";
import { SecondFactor } from "./SignIn.tsx";
import { Entry } from "./entry.tsx";

/** The issuers that one can sign in by, each a button. */
export function ByIssuers() {
  const issuers = useQuery({ queryKey: ["issuers"], queryFn: listIssuers, retry: false });
  const { mutate, isPending, isError } = useMutation({
    mutationFn: (name: string) => beginOpenId(name),
    onSuccess: ({ address }) => location.assign(address),
  });
  return (
    <>
      {issuers.data?.items.map(({ name, title }) => (
        <button key={name} type="button" className="button" disabled={isPending} onClick={() => mutate(name)}>
          Sign in with {title}
        </button>
      ))}
      {isError && <p role="alert">It cannot be reached now. Try again in a while.</p>}
    </>
  );
}

const given = location.pathname === "/sign-in/openid" ? answerOfIssuer() : {};
const token = location.pathname === "/connect" ? takeToken() : "";

function answerOfIssuer(): Record<string, string> {
  const all = takeAnswer();
  const named = ["code", "state", "iss", "error"].map((name) => [name, all[name]] as const);
  return Object.fromEntries(named.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/** Where issuers send one back to. */
export function BackFromIssuer() {
  const [got, take] = useGot();
  const { mutate, error } = useMutation({ mutationFn: () => finishOpenId(given), onSuccess: take });
  useEffect(() => mutate(), [mutate]);
  if (error) return <Entry title="You are not signed in" error={error} below={<ToSignIn />} />;
  if (got?.second.length) return <SecondFactor kinds={got.second} onDone={(next) => take({ ...got, ...next })} />;
  if (got?.mailed) {
    return (
      <Entry title="Look into your mail" below={<ToSignIn />}>
        <p role="status">
          There is an account with your address already. A link is on its way that connects the two: open it in this browser, within an hour.
        </p>
      </Entry>
    );
  }
  return (
    <Alone>
      <Registration label="Signing in …" />
    </Alone>
  );
}

/** By the link that was mailed: nothing is connected by opening it. */
export function Connect() {
  const [got, take] = useGot();
  const { mutate, error, isPending } = useMutation({ mutationFn: () => connectOpenId(token), onSuccess: take });
  if (got?.second.length) return <SecondFactor kinds={got.second} onDone={(next) => take({ ...got, ...next })} />;
  return (
    <Entry title="Connect your account" act="Connect it" error={error} busy={isPending} onSubmit={() => mutate()}>
      <p>From then on you can sign in by the issuer that you came from a moment ago.</p>
    </Entry>
  );
}

function ToSignIn() {
  return (
    <a className="underline underline-offset-4" href="/sign-in">
      Sign in another way
    </a>
  );
}

function useGot() {
  const [, go] = useLocation();
  const [got, setGot] = useState<OpenIdSignIn>();
  const take = async (next: OpenIdSignIn) => {
    setGot(next);
    if (!next.signed_in) return;
    await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
    go(next.next, { replace: true });
  };
  return [got, take] as const;
}
