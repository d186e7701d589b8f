// In a frame of a page of ours: finds where a person's own server takes up what they want to do here (follow, reply, ...), by
// WebFinger. Pages themselves may not ask other servers (their policy forbids it); this frame may do nothing else.
// The page posts {type: "fetchInteractionURL", uri_or_domain} and is answered {type: "fetchInteractionURL-success",
// uri_or_domain, template}, the template having {uri} for what it is about, or {type: "fetchInteractionURL-failure"}.
"use strict";

const SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe";

function answer(message) {
  window.parent.postMessage(message, window.origin);
}

// The template that https://host has for the resource; null where it says none.
async function lookUp(host, resource) {
  try {
    const url = `https://${host}/.well-known/webfinger?resource=${encodeURIComponent(resource)}`;
    const reply = await fetch(url, { credentials: "omit", headers: { Accept: "application/jrd+json" } });
    const { links } = await reply.json();
    const link = links.find((l) => l && l.rel === SUBSCRIBE && typeof l.template === "string");
    return link && /^https:\/\//.test(link.template) && link.template.includes("{uri}") ? link.template : null;
  } catch {
    return null;
  }
}

// A host as URLs have it, with its port; "" for anything else.
function hostOf(text) {
  try {
    const url = new URL(`https://${text}/`);
    return url.href === `https://${url.host}/` && url.host === text.toLowerCase() ? url.host : "";
  } catch {
    return "";
  }
}

// What was typed: @name@host, host, or the address of a profile.
function read(text) {
  if (/^https:\/\//i.test(text)) {
    const host = URL.canParse(text) ? new URL(text).host : "";
    return { host, resources: [text, `https://${host}`] };
  }
  const parts = text.replace(/^@/, "").split("@");
  if (parts.length > 2 || (parts.length === 2 && !parts[0])) return { host: "" };
  const host = hostOf(parts[parts.length - 1]);
  const account = parts.length === 2 ? [`acct:${parts[0]}@${host}`] : [];
  return { host, resources: [...account, `https://${host}`] };
}

async function find(text) {
  const { host, resources } = read(text.trim());
  if (!host) return answer({ type: "fetchInteractionURL-failure" });
  let template = null;
  for (const resource of resources) template ??= await lookUp(host, resource);
  template ??= `https://${host}/authorize_interaction?uri={uri}`;
  return answer({ type: "fetchInteractionURL-success", uri_or_domain: text, template });
}

window.addEventListener("message", (event) => {
  const asked = event.data;
  if (event.source !== window.parent || !window.origin || event.origin !== window.origin) return;
  if (asked?.type === "fetchInteractionURL" && typeof asked.uri_or_domain === "string") find(asked.uri_or_domain);
});
