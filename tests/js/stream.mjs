// masto.js on a WebSocket. Usage: node stream.mjs URL TOKEN OTHER_TOKEN; prints one JSON object.
import { createRestAPIClient, createStreamingAPIClient } from "masto";
import WebSocket from "ws";

const [url, accessToken, otherToken] = process.argv.slice(2);
const other = createRestAPIClient({ url, accessToken: otherToken });
const { configuration } = await other.v2.instance.fetch();
const streaming = createStreamingAPIClient({
  streamingApiUrl: configuration.urls.streaming,
  accessToken,
  implementation: WebSocket,
});
const seen = { update: [], delete: [], notification: [] };
const home = streaming.user.subscribe();
const tag = streaming.hashtag.subscribe({ tag: "masto" });

async function collect(subscription, name) {
  for await (const event of subscription) {
    seen[event.event].push([name, event.stream, event.payload.id ?? event.payload]);
    if (event.event === "delete") break;
  }
}
const all = Promise.all([collect(home, "home"), collect(tag, "tag")]);
// A subscription says nothing when it has begun; so posts are made until both have heard of one.
let post;
for (;;) {
  post = await other.v1.statuses.create({ status: "to be heard #masto", visibility: "public" });
  await new Promise((r) => setTimeout(r, 200));
  if (seen.update.filter((u) => u[2] === post.id).length === 2) break;
}
await other.v1.statuses.$select(post.id).remove();
await all;
seen.post = post.id;
streaming.close();
console.log(JSON.stringify(seen));
