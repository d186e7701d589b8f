// A server made with Fedify, for tests/fed/test_fedify.py. Usage: node fedify.mjs PORT FIRST_KNOCK
// One actor, "fed". What it is to do comes as POST /control/..., what it saw is at GET /control/seen.
import http from "node:http";
import {
  Accept, Activity, Create, Delete, Follow, Like, Note, Person, PUBLIC_COLLECTION, Undo, Update, Announce, Endpoints, Tombstone,
  createFederation, generateCryptoKeyPair, getDocumentLoader, MemoryKvStore, signObject, verifyObject, verifyRequest,
} from "@fedify/fedify";
import { Temporal } from "@js-temporal/polyfill";

// Fedify is made for Node 22; this is all it misses in Node 20.
ArrayBuffer.prototype.transfer ??= function (size = this.byteLength) {
  const to = new Uint8Array(size);
  to.set(new Uint8Array(this, 0, Math.min(size, this.byteLength)));
  return to.buffer;
};

const [port, firstKnock] = process.argv.slice(2);
const origin = `http://localhost:${port}`;
const seen = { activities: [], requests: [], errors: [] };
const followers = new Map();
const notes = new Map();
let takes = null; // the only kind of signature taken: "cavage", "9421" or null
let next = 1;

const loader = getDocumentLoader({ allowPrivateAddress: true });
const keys = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];
const federation = createFederation({ kv: new MemoryKvStore(), allowPrivateAddress: true, firstKnock, origin,
  onOutboxError: (e) => seen.errors.push(String(e)) });

federation.setActorDispatcher("/users/{identifier}", async (ctx, id) => {
  if (id !== "fed") return null;
  const pairs = await ctx.getActorKeyPairs(id);
  return new Person({
    id: ctx.getActorUri(id), preferredUsername: id, name: "Fed of Fedify", inbox: ctx.getInboxUri(id),
    endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }), followers: ctx.getFollowersUri(id), url: ctx.getActorUri(id),
    publicKey: pairs[0].cryptographicKey, assertionMethods: pairs.map((p) => p.multikey),
  });
}).setKeyPairsDispatcher((_, id) => (id === "fed" ? keys : []));
federation.setFollowersDispatcher("/users/{identifier}/followers", () => ({ items: [...followers.values()] }));
federation.setObjectDispatcher(Note, "/notes/{id}", (_, { id }) => notes.get(id) ?? null);

const listeners = federation.setInboxListeners("/users/{identifier}/inbox", "/inbox");
listeners.setSharedKeyDispatcher(() => ({ identifier: "fed" }));
for (const kind of [Accept, Announce, Create, Delete, Follow, Like, Undo, Update]) {
  listeners.on(kind, async (ctx, activity) => {
    const object = await activity.getObject({ ...ctx, suppressError: true });
    seen.activities.push({ type: kind.name, actor: activity.actorId?.href, object: activity.objectId?.href,
      content: object?.content?.toString(), target: object?.objectId?.href });
    if (kind !== Follow) return;
    const who = await activity.getActor(ctx);
    followers.set(who.id.href, who);
    await ctx.sendActivity({ identifier: "fed" }, who, new Accept({ id: fresh("accepts"), actor: ctx.getActorUri("fed"), object: activity }));
  });
}

const fresh = (what) => new URL(`${origin}/${what}/${next++}`);
const context = () => federation.createContext(new URL(origin), undefined);

function create(content, to) {
  const id = String(next++), me = new URL(origin + "/users/fed");
  const note = new Note({ id: new URL(`${origin}/notes/${id}`), attribution: me, content, to: to ?? PUBLIC_COLLECTION,
    cc: new URL(me.href + "/followers"), published: Temporal.Now.instant() });
  notes.set(id, note);
  return new Create({ id: fresh("creates"), actor: me, object: note, to: to ?? PUBLIC_COLLECTION, cc: new URL(me.href + "/followers") });
}

const control = {
  async follow({ uri }) {
    const ctx = context(), who = await ctx.lookupObject(uri, { documentLoader: await ctx.getDocumentLoader({ identifier: "fed" }) });
    await ctx.sendActivity({ identifier: "fed" }, who, new Follow({ id: fresh("follows"), actor: ctx.getActorUri("fed"), object: who.id }));
    return { name: who.name?.toString(), handle: who.preferredUsername };
  },
  async post({ content }) {
    const activity = create(content);
    await context().sendActivity({ identifier: "fed" }, [...followers.values()], activity);
    return { note: activity.objectId.href };
  },
  async remove({ uri }) {
    notes.delete(uri.split("/").at(-1));
    await context().sendActivity({ identifier: "fed" }, [...followers.values()], new Delete({ id: fresh("deletes"),
      actor: new URL(origin + "/users/fed"), object: new Tombstone({ id: new URL(uri) }), to: PUBLIC_COLLECTION }));
    return {};
  },
  // A post with a proof that is not sent and whose note cannot be fetched: somebody else shall bring it.
  async proven({ content }) {
    const activity = create(content);
    notes.clear();
    const key = (await context().getActorKeyPairs("fed"))[1];
    const signed = await signObject(activity, key.privateKey, key.multikey.id, { documentLoader: loader, contextLoader: loader });
    return await signed.toJsonLd({ contextLoader: loader });
  },
  takes: ({ kind }) => ((takes = kind), {}),
  seen: () => seen,
};

// Each request that is signed is judged by Fedify itself, apart from what it then does with it.
async function judge(request, body) {
  const kind = request.headers.has("signature-input") ? "9421" : request.headers.has("signature") ? "cavage" : null;
  if (!kind) return null;
  const options = { documentLoader: loader, contextLoader: loader };
  const one = { method: request.method, path: new URL(request.url).pathname, kind,
    key: (await verifyRequest(request.clone(), options).catch((e) => seen.errors.push(String(e))))?.id?.href };
  if (request.method === "POST") {
    const doc = JSON.parse(body);
    one.type = doc.type;
    one.hasProof = "proof" in doc;
    one.proven = one.hasProof && (await verifyObject(Activity, doc, options)) !== null;
  }
  seen.requests.push(one);
  return kind;
}

async function answer(incoming) {
  const chunks = [];
  for await (const c of incoming) chunks.push(c);
  const body = Buffer.concat(chunks), url = new URL(incoming.url, origin);
  if (url.pathname.startsWith("/control/")) {
    return Response.json(await control[url.pathname.slice(9)](body.length ? JSON.parse(body) : {}));
  }
  const request = new Request(url, { method: incoming.method, headers: incoming.headers,
    body: incoming.method === "POST" ? body : undefined });
  const kind = await judge(request, body);
  if (takes && kind && kind !== takes) return new Response("", { status: 401 });
  return await federation.fetch(request, { contextData: undefined });
}

http.createServer(async (incoming, outgoing) => {
  const r = await answer(incoming).catch((e) => (seen.errors.push(e.stack ?? String(e)), new Response(String(e), { status: 500 })));
  outgoing.writeHead(r.status, Object.fromEntries(r.headers));
  outgoing.end(Buffer.from(await r.arrayBuffer()));
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
