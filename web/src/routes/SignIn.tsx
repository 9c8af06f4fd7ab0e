import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLocation } from "wouter";
import { queries } from "../api/client.ts";
import { sessionQuery, signIn } from "../api/session.ts";
import { Registration } from "../ui/marks.tsx";
import { Empty, ErrorPanel } from "../ui/panels.tsx";
import { Alone } from "./App.tsx";

/** Takes the token out of the address, where no log sees it and no history keeps it. */
function takeToken(): string {
  const given = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  return new URLSearchParams(given).get("token") ?? given;
}

const token = location.pathname === "/sign-in" ? takeToken() : "";

export function SignIn() {
  const [, go] = useLocation();
  const { mutate, error, isIdle } = useMutation({
    mutationFn: signIn,
    onSuccess: async () => {
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      go("/", { replace: true });
    },
  });
  useEffect(() => {
    if (token) mutate(token);
  }, [mutate]);
  return (
    <Alone>
      {error ? (
        <div className="grid gap-4">
          <h1 className="text-xl">This link did not sign you in</h1>
          <ErrorPanel error={error} />
          <p className="text-soft">
            A link works once and not for long. Ask for a new one; <code>make demo</code> prints one.
          </p>
        </div>
      ) : isIdle && !token ? (
        <Empty title="This address has no sign-in link in it">
          <p>Open the whole link as it was given to you: what comes after # belongs to it.</p>
        </Empty>
      ) : (
        <Registration label="Signing in …" />
      )}
    </Alone>
  );
}
