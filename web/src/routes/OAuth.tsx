import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { useParams } from "wouter";
import { takeAnswer } from "../api/answers.ts";
import { finishConnecting } from "../api/connecting.ts";
import { problemOf } from "../api/problems.ts";
import { Registration } from "../ui/marks.tsx";
import { Alone } from "./App.tsx";
import { Entry } from "./entry.tsx";

const given = location.pathname.startsWith("/oauth/") ? takeAnswer() : {};

/** Where a provider or a shop sends one back to that was asked to let us in. */
export default function BackFromProvider() {
  const { provider = "" } = useParams();
  const { mutate, data, error } = useMutation({ mutationFn: () => finishConnecting(provider, given) });
  useEffect(() => mutate(), [mutate]);
  if (error && problemOf(error).status === 401) return <SignedOut />;
  if (error) return <Entry title="Nothing was connected" error={error} below={<Home />} />;
  if (data) {
    return (
      <Entry title={`${data.name} is connected`} below={<Home />}>
        <p role="status">It is being tried out now.</p>
      </Entry>
    );
  }
  return (
    <Alone>
      <Registration label="Connecting …" />
    </Alone>
  );
}

function SignedOut() {
  return (
    <Entry title="Nothing was connected">
      <p role="alert">You are signed out here. Sign in and begin again: what was begun can only be finished by whoever began it.</p>
      <a className="button" data-kind="act" href="/sign-in">
        Sign in
      </a>
    </Entry>
  );
}

function Home() {
  return (
    <a className="underline underline-offset-4" href="/">
      Go on to PrintVision
    </a>
  );
}
