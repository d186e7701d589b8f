// What the masto.js tests do, step by step. Usage: node client.mjs URL TOKEN OTHER_ID; prints one JSON object.
import { createRestAPIClient } from "masto";

const [url, accessToken, otherId] = process.argv.slice(2);
const masto = createRestAPIClient({ url, accessToken });
const seen = {};

const me = await masto.v1.accounts.verifyCredentials();
seen.me = me.username;
seen.instance = (await masto.v2.instance.fetch()).domain;

const post = await masto.v1.statuses.create({ status: "from masto.js #js", visibility: "public" });
seen.content = post.content;
const reply = await masto.v1.statuses.create({ status: "and a reply", inReplyToId: post.id });
seen.replyTo = reply.inReplyToId === post.id;
seen.favourited = (await masto.v1.statuses.$select(post.id).favourite()).favourited;
seen.reblogged = (await masto.v1.statuses.$select(post.id).reblog()).reblog.id === post.id;
seen.descendants = (await masto.v1.statuses.$select(post.id).context.fetch()).descendants.map((s) => s.id === reply.id);
seen.following = (await masto.v1.accounts.$select(otherId).follow()).following;
seen.home = (await masto.v1.timelines.home.list({ limit: 5 })).length;

seen.pages = 0;
for await (const page of masto.v1.accounts.$select(me.id).statuses.list({ limit: 1 })) seen.pages += page.length;
seen.notifications = (await masto.v1.notifications.list()).length;

await masto.v1.statuses.$select(post.id).remove();
try {
  await masto.v1.statuses.$select(post.id).fetch();
} catch (e) {
  seen.gone = e.statusCode;
}
console.log(JSON.stringify(seen));
