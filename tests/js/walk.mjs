// Every REST resource of masto.js, by a table: what is called, and whether what came back is right.
// Usage: node walk.mjs URL TOKEN OTHER_TOKEN PUSH_ENDPOINT; prints a JSON object: what went wrong, and what was called.
import { createRestAPIClient } from "masto";

const [url, accessToken, otherToken, endpoint] = process.argv.slice(2);
const called = new Set();

/** The same, noting what is called of it: "v1.statuses.$select.favourite". */
function noted(node, path) {
  return new Proxy(node, {
    get: (_, key) => (typeof key !== "string" || key === "then" ? node[key] : noted(node[key], path ? `${path}.${key}` : key)),
    apply: (_, self, args) => {
      if (path.endsWith(".$select")) return noted(node(...args), path);
      called.add(path);
      return node(...args);
    },
  });
}
const masto = noted(createRestAPIClient({ url, accessToken }), "");
const theirs = noted(createRestAPIClient({ url, accessToken: otherToken }), "");
const { v1, v2 } = masto;
const wrong = [];
const has = (id) => (list) => list.some((x) => (x.id ?? x) === id);
const empty = (list) => list.length === 0;

/** The answer; noted as wrong when it fails or does not pass the check. */
async function step(name, call, check = () => true) {
  try {
    const got = await call;
    if (!check(got)) wrong.push(`${name}: ${JSON.stringify(got)?.slice(0, 300)}`);
    return got;
  } catch (e) {
    wrong.push(`${name}: ${e.statusCode ?? ""} ${e.message}`);
    return {};
  }
}

/** For what is not there: its 404 is the right answer. */
const gone = (call) => call.then((got) => ({ got }), (e) => ({ is404: e.statusCode === 404 }));

/** [name, call, check] in turn. */
async function walk(steps) {
  for (const [name, call, check] of steps) await step(name, call(), check);
}

const me = await step("verifyCredentials", v1.accounts.verifyCredentials());
const other = await step("other", theirs.v1.accounts.verifyCredentials());
const png = Buffer.from(process.env.PNG, "base64");
const file = () => new Blob([png], { type: "image/png" });
const picture = await step("media.create", v2.media.create({ file: file(), description: "noise" }), (m) => m.type === "image");
const post = await step("statuses.create", v1.statuses.create({ status: "hello #masto", mediaIds: [picture.id], language: "en" }),
  (s) => s.mediaAttachments[0].description === "noise");
const asked = await step("statuses.create poll", v1.statuses.create({ status: "?", poll: { options: ["a", "b"], expiresIn: 3600 } }));
const answer = await step("their reply", theirs.v1.statuses.create({ status: `@${me.username} yes #masto`, inReplyToId: post.id }));
const p = v1.statuses.$select(post.id);
const a = v1.statuses.$select(answer.id);
const o = v1.accounts.$select(other.id);

await walk([
  ["statuses.fetch", () => v1.statuses.fetch({ id: [post.id] }), has(post.id)],
  ["update", () => p.update({ status: "hello again #masto", mediaIds: [picture.id] }), (s) => s.editedAt],
  ["history", () => p.history.list(), (h) => h.length === 2],
  ["source", () => p.source.fetch(), (s) => s.text === "hello again #masto"],
  ["context", () => p.context.fetch(), (c) => has(answer.id)(c.descendants)],
  ["quote", () => v1.statuses.create({ status: "so", quotedStatusId: post.id }), (s) => s.quote.quotedStatus.id === post.id],
  ["quotes", () => p.quotes.list(), (l) => l.length === 1],
  ["pin", () => p.pin(), (s) => s.pinned],
  ["unpin", () => p.unpin(), (s) => !s.pinned],
  ["mute", () => p.mute(), (s) => s.muted],
  ["unmute", () => p.unmute(), (s) => !s.muted],
  ["favourite", () => a.favourite(), (s) => s.favourited],
  ["favouritedBy", () => a.favouritedBy.list(), has(me.id)],
  ["favourites", () => v1.favourites.list(), has(answer.id)],
  ["unfavourite", () => a.unfavourite(), (s) => !s.favourited],
  ["reblog", () => a.reblog(), (s) => s.reblog.reblogged],
  ["rebloggedBy", () => a.rebloggedBy.list(), has(me.id)],
  ["unreblog", () => a.unreblog(), (s) => !s.reblogged],
  ["bookmark", () => a.bookmark(), (s) => s.bookmarked],
  ["bookmarks", () => v1.bookmarks.list(), has(answer.id)],
  ["unbookmark", () => a.unbookmark(), (s) => !s.bookmarked],
  ["poll", () => v1.polls.$select(asked.poll.id).fetch(), (q) => q.options.length === 2],
  ["vote", () => theirs.v1.polls.$select(asked.poll.id).votes.create({ choices: [1] }), (q) => q.ownVotes[0] === 1],

  ["follow", () => o.follow({ reblogs: false }), (r) => r.following && !r.showingReblogs],
  ["following", () => v1.accounts.$select(me.id).following.list(), has(other.id)],
  ["followers", () => o.followers.list(), has(me.id)],
  ["relationships", () => v1.accounts.relationships.fetch({ id: [other.id] }), (r) => r[0].following],
  ["note", () => o.note.create({ comment: "well" }), (r) => r.note === "well"],
  ["endorse", () => o.endorse(), (r) => r.endorsed],
  ["endorsements", () => v1.endorsements.list(), has(other.id)],
  ["account endorsements", () => v1.accounts.$select(me.id).endorsements.list(), has(other.id)],
  ["unendorse", () => o.unendorse(), (r) => !r.endorsed],
  ["mute account", () => o.mute({ duration: 600 }), (r) => r.muting],
  ["mutes", () => v1.mutes.list(), has(other.id)],
  ["unmute account", () => o.unmute(), (r) => !r.muting],
  ["accounts.fetch", () => v1.accounts.fetch({ id: [other.id] }), has(other.id)],
  ["lookup", () => v1.accounts.lookup({ acct: other.acct }), (x) => x.id === other.id],
  ["accounts.search", () => v1.accounts.search.list({ q: other.acct }), has(other.id)],
  ["search", () => v2.search.list({ q: other.acct, type: "accounts" }), (s) => has(other.id)(s.accounts)],
  ["updateCredentials", () => v1.accounts.updateCredentials({ displayName: "JS", avatar: file(), fieldsAttributes: [{ name: "n", value: "v" }] }),
    (x) => x.displayName === "JS" && x.fields[0].value === "v"],
  ["profile.update", () => v1.profile.update({ note: "a note", avatarDescription: "noise" }), (x) => x.note === "a note"],
  ["profile", () => v1.profile.fetch(), (x) => x.note === "a note" && x.displayName === "JS" && x.avatarDescription === "noise"],
  ["avatar", () => v1.profile.avatar.remove(), (x) => x.displayName === "JS"],
  ["domainBlocks.create", () => v1.domainBlocks.create({ domain: "bad.example" })],
  ["domainBlocks", () => v1.domainBlocks.list(), has("bad.example")],
  ["domainBlocks.remove", () => v1.domainBlocks.remove({ domain: "bad.example" })],
  ["no domainBlocks", () => v1.domainBlocks.list(), empty],
  ["followRequests", () => v1.followRequests.list(), empty],
  ["reports", () => v1.reports.create({ accountId: other.id, statusIds: [answer.id], comment: "look" }), (r) => r.comment === "look"],

  ["home", () => v1.timelines.home.list(), has(post.id)],
  ["public", () => v1.timelines.public.list({ local: true }), has(post.id)],
  ["tag timeline", () => v1.timelines.tag.$select("masto").list(), has(post.id)],
  ["only media", () => v1.accounts.$select(me.id).statuses.list({ onlyMedia: true }), has(post.id)],
  ["tag", () => v1.tags.$select("masto").fetch(), (t) => t.name === "masto"],
  ["tag follow", () => v1.tags.$select("masto").follow(), (t) => t.following],
  ["followedTags", () => v1.followedTags.list(), (l) => l[0].name === "masto"],
  ["tag unfollow", () => v1.tags.$select("masto").unfollow(), (t) => !t.following],
  ["featuredTags.create", () => v1.featuredTags.create({ name: "masto" }), (t) => t.name === "masto"],
  ["featuredTags", () => v1.accounts.$select(me.id).featuredTags.list(), (l) => l.length === 1],
  ["markers", () => v1.markers.create({ home: { lastReadId: post.id } }), (m) => m.home.lastReadId === post.id],
  ["markers.fetch", () => v1.markers.fetch({ timeline: ["home"] }), (m) => m.home.lastReadId === post.id],
  ["preferences", () => v1.preferences.fetch(), (x) => x["posting:default:visibility"] === "public"],
  ["announcements", () => v1.announcements.list(), (l) => l.length === 1],
  ["customEmojis", () => v1.customEmojis.list(), empty],
  ["instance v1", () => v1.instance.fetch(), (i) => i.uri],
  ["instance v2", () => v2.instance.fetch(), (i) => i.domain],
  ["activity", () => v1.instance.activity.list(), (l) => l.length > 0],
  ["peers", () => v1.instance.peers.list(), empty],
  ["languages", () => v1.instance.languages.list(), (l) => l.some((x) => x.code === "en")],

  ["notifications", () => v1.notifications.list(), (l) => l[0].account.id === other.id],
  ["unreadCount", () => v1.notifications.unreadCount.fetch(), (c) => c.count > 0],
  ["groups", () => v2.notifications.list(), (g) => g.notificationGroups.length > 0],
  ["group", () => v2.notifications.list().then((x) => v2.notifications.$select(x.notificationGroups[0].groupKey).fetch()),
    (x) => x.notificationGroups.length === 1],
  ["group accounts", () => v2.notifications.list().then((x) => v2.notifications.$select(x.notificationGroups[0].groupKey).accounts.fetch()),
    has(other.id)],
  ["unread groups", () => v2.notifications.unreadCount.fetch(), (c) => c.count > 0],
  ["one", () => v1.notifications.list().then((x) => v1.notifications.$select(x[0].id).fetch()), (x) => x.account.id === other.id],
  ["fetch", () => v1.notifications.fetch({ limit: 1 }), (x) => x.length === 1],
  ["dismiss", () => v1.notifications.list().then((x) => v1.notifications.$select(x[0].id).dismiss())],
  ["dismiss group", () => v2.notifications.$select("ungrouped-17").dismiss()],
  ["policy.fetch", () => v2.notifications.policy.fetch(), (x) => x.forBots === "accept"],
  ["policy", () => v2.notifications.policy.update({ forNewAccounts: "filter" }), (x) => x.forNewAccounts === "filter"],
  ["requests", () => v1.notifications.requests.list(), empty],
  ["clear", () => v1.notifications.clear()],
  ["no notifications", () => v1.notifications.list(), empty],
]);

const list = await step("lists.create", v1.lists.create({ title: "L", exclusive: true }), (l) => l.exclusive);
const l = v1.lists.$select(list.id);
const filter = await step("filters.create", v2.filters.create({ title: "F", context: ["home"], filterAction: "blur",
  keywordsAttributes: [{ keyword: "spoiler", wholeWord: true }] }), (f) => f.keywords[0].keyword === "spoiler");
const f = v2.filters.$select(filter.id);
const at = (hours) => new Date(Date.now() + hours * 3600e3).toISOString();
const later = await step("schedule", v1.statuses.create({ status: "later", scheduledAt: at(1) }), (s) => s.params.text === "later");
const s = v1.scheduledStatuses.$select(later.id);

await walk([
  ["lists.accounts.create", () => l.accounts.create({ accountIds: [other.id] })],
  ["lists.accounts", () => l.accounts.list(), has(other.id)],
  ["account lists", () => o.lists.list(), has(list.id)],
  ["lists.update", () => l.update({ title: "M" }), (x) => x.title === "M"],
  ["lists.fetch", () => l.fetch(), (x) => x.title === "M" && x.exclusive],
  ["list timeline", () => v1.timelines.list.$select(list.id).list(), Array.isArray],
  ["lists.accounts.remove", () => l.accounts.remove({ accountIds: [other.id] })],
  ["lists.remove", () => l.remove()],
  ["no lists", () => v1.lists.list(), empty],
  ["keywords.create", () => f.keywords.create({ keyword: "end" }), (k) => k.keyword === "end"],
  ["keywords", () => f.keywords.list(), (k) => k.length === 2],
  ["filter statuses", () => f.statuses.create({ statusId: answer.id }), (x) => x.statusId === answer.id],
  ["filters.update", () => f.update({ title: "G" }), (x) => x.title === "G"],
  ["filters", () => v2.filters.list(), has(filter.id)],
  ["filters v1", () => v1.filters.list(), (x) => x.length === 2],
  ["filters.fetch", () => f.fetch(), (x) => x.statuses.length === 1],
  ["filters.statuses", () => f.statuses.list(), (x) => x[0].statusId === answer.id],
  ["filter status", () => f.statuses.list().then((x) => v2.filters.statuses.$select(x[0].id).fetch()), (x) => x.statusId === answer.id],
  ["filter status remove", () => f.statuses.list().then((x) => v2.filters.statuses.$select(x[0].id).remove())],
  ["no filter statuses", () => f.statuses.list(), empty],
  ["keyword", () => v2.filters.keywords.$select(filter.keywords[0].id).fetch(), (k) => k.keyword === "spoiler"],
  ["keyword update", () => v2.filters.keywords.$select(filter.keywords[0].id).update({ keyword: "reveal" }), (k) => k.keyword === "reveal"],
  ["filter v1", () => v1.filters.$select(filter.keywords[0].id).fetch(), (x) => x.phrase === "reveal"],
  ["keyword remove", () => f.keywords.list().then((k) => v2.filters.keywords.$select(k.find((x) => x.keyword === "end").id).remove())],
  ["filter v1 update", () => v1.filters.$select(filter.keywords[0].id).update({ phrase: "uncover", context: ["public"] }),
    (x) => x.phrase === "uncover"],
  ["filter v1 create", () => v1.filters.create({ phrase: "old", context: ["public"] }), (x) => x.phrase === "old"],
  ["filter v1 remove", () => v1.filters.list().then((x) => v1.filters.$select(x.find((y) => y.phrase === "old").id).remove())],
  ["filters.remove", () => f.remove()],
  ["scheduled", () => v1.scheduledStatuses.list(), has(later.id)],
  ["scheduled.fetch", () => s.fetch(), (x) => x.id === later.id],
  ["scheduled.update", () => s.update({ scheduledAt: at(2) }), (x) => x.scheduledAt > later.scheduledAt],
  ["scheduled.remove", () => s.remove()],
  ["nothing scheduled", () => v1.scheduledStatuses.list(), empty],
  ["strict policy", () => v2.notifications.policy.update({ forNotFollowers: "filter" }), (x) => x.forNotFollowers === "filter"],
  ["direct", () => theirs.v1.statuses.create({ status: `@${me.username} psst`, visibility: "direct" })],
  ["conversations", () => v1.conversations.list(), (c) => c[0].lastStatus.content.includes("psst")],
  ["request", () => v1.notifications.requests.list().then((x) => v1.notifications.requests.$select(x[0].id).fetch()),
    (x) => x.account.id === other.id],
  ["request dismiss", () => v1.notifications.requests.list().then((x) => v1.notifications.requests.$select(x[0].id).dismiss())],
  ["request accept", () => gone(v1.notifications.requests.$select("17").accept()), (x) => x.is404],
  ["requests accept", () => v1.notifications.requests.accept({ id: ["17", "18"] })],
  ["requests dismiss", () => v1.notifications.requests.dismiss({ id: ["17", "18"] })],
  ["requests merged", () => v1.notifications.requests.merged.fetch(), (x) => x.merged],
  ["conversation read", () => v1.conversations.list().then((c) => v1.conversations.$select(c[0].id).read()), (c) => !c.unread],
  ["conversation unread", () => v1.conversations.list().then((c) => v1.conversations.$select(c[0].id).unread()), (c) => c.unread],
  ["direct timeline", () => v1.timelines.direct.list(), (l) => l[0].content.includes("psst")],
  ["conversation remove", () => v1.conversations.list().then((c) => v1.conversations.$select(c[0].id).remove())],
  ["no conversations", () => v1.conversations.list(), empty],
  ["unfollow", () => o.unfollow(), (r) => !r.following],
  ["block", () => o.block(), (r) => r.blocking],
  ["blocks", () => v1.blocks.list(), has(other.id)],
  ["unblock", () => o.unblock(), (r) => !r.blocking],
  ["locked", () => v1.accounts.updateCredentials({ locked: true }), (x) => x.locked],
  ["asks", () => theirs.v1.accounts.$select(me.id).follow(), (r) => r.requested],
  ["reject", () => v1.followRequests.$select(other.id).reject(), (r) => !r.followedBy],
  ["asks again", () => theirs.v1.accounts.$select(me.id).follow(), (r) => r.requested],
  ["authorize", () => v1.followRequests.$select(other.id).authorize(), (r) => r.followedBy],
  ["removeFromFollowers", () => o.removeFromFollowers()],
  ["account", () => o.fetch(), (x) => x.acct === other.acct],
  ["follows again", () => o.follow(), (r) => r.following],
  ["account pin", () => o.pin(), (r) => r.endorsed],
  ["account unpin", () => o.unpin(), (r) => !r.endorsed],
  ["identityProofs", () => o.identityProofs.list(), empty],
  ["familiarFollowers", () => v1.accounts.familiarFollowers.fetch([other.id]), Array.isArray],
  ["announcement", () => v1.announcements.list().then((x) => v1.announcements.$select(x[0].id).reactions.$select("👍").update())],
  ["reacted", () => v1.announcements.list(), (x) => x[0].reactions[0].me],
  ["unreact", () => v1.announcements.list().then((x) => v1.announcements.$select(x[0].id).reactions.$select("👍").remove())],
  ["read it", () => v1.announcements.list().then((x) => v1.announcements.$select(x[0].id).dismiss())],
  ["annualReports", () => v1.annualReports.list(), (r) => empty(r.annualReports)],
  ["annualReports.state", () => v1.annualReports.$select("2025").state.fetch(), (r) => r.state === "ineligible"],
  ["annualReports.generate", () => v1.annualReports.$select("2025").generate()],
  ["annualReports.fetch", () => gone(v1.annualReports.$select("2025").fetch()), (x) => x.is404],
  ["annualReports.read", () => gone(v1.annualReports.$select("2025").read()), (x) => x.is404],
  ["apps.verifyCredentials", () => v1.apps.verifyCredentials(), (x) => x.name],
  ["directory", () => v1.directory.list({ local: true }), Array.isArray],
  ["own featuredTags", () => v1.featuredTags.list(), (x) => x.length === 1],
  ["featuredTags.suggestions", () => v1.featuredTags.suggestions.list(), Array.isArray],
  ["featuredTags.remove", () => v1.featuredTags.list().then((x) => v1.featuredTags.$select(x[0].id).remove())],
  ["tag feature", () => v1.tags.$select("masto").feature(), (t) => t.featuring],
  ["tag unfeature", () => v1.tags.$select("masto").unfeature(), (t) => !t.featuring],
  ["instance.domainBlocks", () => v1.instance.domainBlocks.fetch(), empty],
  ["extendedDescription", () => v1.instance.extendedDescription.fetch(), (x) => typeof x.content === "string"],
  ["translationLanguages", () => v1.instance.translationLanguages.list(), (x) => Object.keys(x).length === 0],
  ["media v1", () => v1.media.create({ file: file() }).then((m) => v1.media.$select(m.id).update({ description: "said" })),
    (m) => m.description === "said"],
  ["media.fetch", () => v2.media.create({ file: file() }).then((m) => v1.media.$select(m.id).fetch()), (m) => m.type === "image"],
  ["header", () => v1.profile.header.remove(), (x) => x.header],
  ["push.create", () => v1.push.subscription.create({ subscription: { endpoint, keys: {
    p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", auth: "BTBZMqHH6r4Tts7J_aSIgg",
  } }, data: { alerts: { mention: true } } }), (x) => x.endpoint === endpoint && x.alerts.mention],
  ["push.fetch", () => v1.push.subscription.fetch(), (x) => x.alerts.mention],
  ["push.update", () => v1.push.subscription.update({ data: { alerts: { poll: true }, policy: "followed" } }), (x) => x.policy === "followed"],
  ["push.remove", () => v1.push.subscription.remove()],
  ["push is gone", () => gone(v1.push.subscription.fetch()), (x) => x.is404],
  ["search v1", () => v1.search.list({ q: other.acct }), (x) => has(other.id)(x.accounts)],
  ["status", () => p.fetch(), (x) => x.id === post.id],
  ["card", () => p.card.fetch()],
  ["translate", () => gone(p.translate()), (x) => x.is404],
  ["suggestions", () => v2.suggestions.list(), Array.isArray],
  ["suggestions v1", () => v1.suggestions.list(), Array.isArray],
  ["suggestions.remove", () => v1.suggestions.$select(other.id).remove()],
  ["link timeline", () => gone(v1.timelines.link.list({ url: "https://nowhere.test/" })), (x) => x.is404],
  ["trends.tags", () => v1.trends.tags.list(), Array.isArray],
  ["trends.statuses", () => v1.trends.statuses.list(), Array.isArray],
  ["trends.links", () => v1.trends.links.list(), Array.isArray],
  ["remove", () => p.remove(), (x) => x.text === "hello again #masto"],
]);
await step("findable", theirs.v1.accounts.updateCredentials({ discoverable: true, locked: false }));
const made = await step("collections.create", v1.collections.create({ name: "good", description: "ones" }), (x) => x.collection.name === "good");
const c = v1.collections.$select(made.collection.id);
let item;
await walk([
  ["collections.update", () => c.update({ name: "better" }), (x) => x.collection.name === "better"],
  ["items.create", () => c.items.create({ accountId: other.id }).then((x) => (item = x.collectionItem)), (x) => x.accountId === other.id],
  ["collections.fetch", () => c.fetch(), (x) => x.collection.items.length === 1 && has(other.id)(x.accounts)],
  ["account collections", () => v1.accounts.$select(me.id).collections.list(), (x) => has(made.collection.id)(x.collections)],
  ["inCollections", () => theirs.v1.accounts.$select(other.id).inCollections.list(), (x) => has(made.collection.id)(x.collections)],
  ["items.revoke", () => theirs.v1.collections.$select(made.collection.id).items.$select(item.id).revoke()],
  ["items.remove", () => gone(c.items.$select("17").remove()), (x) => x.is404],
  ["no items", () => c.fetch(), (x) => !x.collection.items.some((i) => i.state === "accepted")],
  ["collections.remove", () => c.remove()],
  ["no collections", () => v1.accounts.$select(me.id).collections.list(), (x) => empty(x.collections)],
]);
console.log(JSON.stringify({ wrong, called: [...called] }));
