// Asks by TanStack Query with the real options proxy, without a page, and tells what came of it.
//
// stdin: {"url", "key", "look", "count"}
// stdout: a line of JSON with what each way of asking gave, and whether a second look asked the server again.
import { QueryClient } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink } from "@trpc/client";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { text } from "node:stream/consumers";

const asked = JSON.parse(await text(process.stdin));
let requests = 0;

async function counted(url, init) {
  requests += 1;
  return await fetch(url, init);
}

const headers = { authorization: `Bearer ${asked.key}` };
const client = createTRPCClient({ links: [httpBatchLink({ url: asked.url, headers, fetch: counted })] });
const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
const trpc = createTRPCOptionsProxy({ client, queryClient });

const look = trpc.echo.look.queryOptions(asked.look);
const looked = await queryClient.fetchQuery(look);
const before = requests;
const again = await queryClient.fetchQuery(look);
const kept = requests === before;
await queryClient.invalidateQueries(trpc.echo.pathFilter());
await queryClient.fetchQuery(look);
const dropped = requests === before + 1;
const added = await queryClient
  .getMutationCache()
  .build(queryClient, trpc.echo.add.mutationOptions())
  .execute({ minutes: 1 });
const failed = await queryClient
  .fetchQuery(trpc.echo.look.queryOptions({ thing_id: "nothing" }))
  .catch((error) => error.data);
const letters = await queryClient.fetchInfiniteQuery({
  ...trpc.echo.list.infiniteQueryOptions({ limit: 2 }, { getNextPageParam: (last) => last.next_cursor }),
  pages: asked.pages,
});
process.stdout.write(`${JSON.stringify({ looked, again, kept, dropped, added, failed, letters: letters.pages })}\n`);
