// Subscribes with the real client and tells what comes.
//
// stdin: {"url", "key", "input", "count"}: ends after `count` events or an error.
// stdout: {"started": true} once it is connected, then {"data": {id, data}} for each event, or {"error"}.
import { createTRPCClient, httpSubscriptionLink } from "@trpc/client";
import { EventSource } from "eventsource";
import { text } from "node:stream/consumers";

const { url, key, input, count } = JSON.parse(await text(process.stdin));
let got = 0;
let started = false;

function tell(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const client = createTRPCClient({
  links: [
    httpSubscriptionLink({
      url,
      EventSource,
      eventSourceOptions: {
        fetch: (address, init) =>
          fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } }),
      },
    }),
  ],
});

const subscription = client.events.stream.subscribe(input, {
  onStarted() {
    if (!started) tell({ started: true });
    started = true;
  },
  onData(data) {
    tell({ data });
    if (++got === count) subscription.unsubscribe();
  },
  onError(error) {
    tell({ error: { message: error.message, data: error.data } });
  },
});
