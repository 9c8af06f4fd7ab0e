// Run against a running installation: `PRINTVISION_URL=… PRINTVISION_KEY=… node test/live.mjs ORDER_ID`; tells what it saw as JSON.
import { createPrintVision, problemOf } from "../dist/index.js";

const [, , orderId] = process.argv;
const desk = createPrintVision({ url: process.env.PRINTVISION_URL, key: process.env.PRINTVISION_KEY });

const [workspace, page, detail] = await Promise.all([
  desk.workspaces.get.query(),
  desk.orders.list.query({ limit: 1 }),
  desk.orders.get.query({ order_id: orderId }),
]);
const held = await desk.orders.hold.mutate({ order_id: orderId, reason: "asking the buyer" });
const refused = await desk.orders.hold
  .mutate({ order_id: "01980000-0000-7000-8000-000000000000", reason: "nobody's" })
  .then(() => undefined, problemOf);

console.log(
  JSON.stringify({
    workspace: workspace.slug,
    listed: page.items.map((order) => order.id),
    stage: detail.order.stage,
    hold: held.order.hold?.detail,
    refused: refused && { code: refused.code, status: refused.status },
  }),
);
