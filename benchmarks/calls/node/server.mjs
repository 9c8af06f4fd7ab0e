// The same call on Node's own tRPC server: input and output checked by zod, the adapter that comes with it.
import { initTRPC } from "@trpc/server";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import { z } from "zod";

const name = z.string().min(1).max(120);
const minor = z.int().min(0).max(100_000_000);

const address = z.strictObject({
  name,
  line1: name,
  line2: z.string().max(120).nullable(),
  city: name,
  postcode: z.string().min(1).max(16),
  country: z.string().regex(/^[A-Z]{2}$/),
  email: z.string().regex(/^[^@ ]+@[^@ ]+$/).max(254),
});
const line = z.strictObject({
  id: name,
  sku: z.string().min(1).max(64),
  title: name,
  quantity: z.int().min(1).max(1_000),
  price_minor: minor,
});
const order = z.strictObject({
  external_id: name,
  number: name,
  currency: z.string().regex(/^[A-Z]{3}$/),
  total_minor: minor,
  ship_to: address,
  lines: z.array(line).min(1).max(100),
});

const t = initTRPC.create();
const echo = t.procedure.input(order).output(order).mutation(({ input }) => input);
const router = t.router({ benchmark: t.router({ echo }) });
const server = createHTTPServer({ router, basePath: "/trpc/" });
server.listen(Number(process.argv[2]), "127.0.0.1");
