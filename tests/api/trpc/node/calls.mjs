// Makes calls with the real client and tells what came of them.
//
// stdin: {"url", "key", "link", "options", "calls": [{"kind": "query" | "mutation", "path", "input"?}]}
// stdout: a line of JSON for each call as it settles, with its place, then one with the requests that were sent.
import { createTRPCClient, httpBatchLink, httpBatchStreamLink, httpLink, TRPCClientError } from "@trpc/client";
import { text } from "node:stream/consumers";

const links = { httpLink, httpBatchLink, httpBatchStreamLink };
const asked = JSON.parse(await text(process.stdin));
const requests = [];

function tell(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function watched(url, init) {
  const { pathname, searchParams } = new URL(url);
  const answer = await fetch(url, init);
  requests.push({
    method: init.method,
    path: pathname,
    batch: searchParams.get("batch"),
    input: searchParams.has("input"),
    status: answer.status,
  });
  return answer;
}

const client = createTRPCClient({
  links: [
    links[asked.link]({
      url: asked.url,
      headers: { authorization: `Bearer ${asked.key}` },
      fetch: watched,
      ...asked.options,
    }),
  ],
});

function procedure(path) {
  return path.split(".").reduce((at, name) => at[name], client);
}

function failed(error) {
  if (!(error instanceof TRPCClientError)) throw error;
  return { message: error.message, code: error.shape?.code, data: error.data, cause: error.cause?.name };
}

await Promise.all(
  asked.calls.map(async ({ kind, path, input }, index) => {
    const call = kind === "query" ? procedure(path).query : procedure(path).mutate;
    try {
      tell({ index, data: await call(input) });
    } catch (error) {
      tell({ index, error: failed(error) });
    }
  }),
);
tell({ requests });
