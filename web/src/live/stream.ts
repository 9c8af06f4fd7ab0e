import { createTRPCClient, httpSubscriptionLink } from "@trpc/client";
import { workspaceHere } from "../api/session.ts";
import type { AppRouter, Event } from "../api/router.ts";

export interface Ears {
  readonly onEvent: (event: Event) => void;
  readonly onUp: () => void;
  readonly onDown: () => void;
  /** It has ended and does not come back by itself. */
  readonly onEnd: (error: unknown) => void;
}

/** Listens to everything that may be seen. A cut is mended by the link, without gap or double. */
export function listen(after: string | undefined, ears: Ears & { readonly onId: (id: string) => void }): () => void {
  const client = createTRPCClient<AppRouter>({ links: [httpSubscriptionLink({ url: "/trpc", connectionParams: () => ({ workspace: workspaceHere() ?? "" }) })] });
  const heard = client.events.stream.subscribe(after ? { lastEventId: after } : undefined, {
    onData: ({ id, data }) => {
      ears.onId(id);
      ears.onEvent(data);
    },
    onConnectionStateChange: ({ state }) => (state === "pending" ? ears.onUp() : ears.onDown()),
    onError: (error) => ears.onEnd(error),
  });
  return () => heard.unsubscribe();
}
