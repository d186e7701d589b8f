// Runs the script of /remote_interaction_helper as the frame would, against servers that are made up.
// Usage: node interaction.mjs FILE; reads [[what was typed, {URL: JRD}], ...] as JSON from stdin, prints one JSON line each.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const script = readFileSync(process.argv[2], "utf8");
for (const [typed, servers] of JSON.parse(readFileSync(0, "utf8"))) {
  let listener;
  const answer = new Promise((done) => {
    const parent = { postMessage: (data, origin) => done({ ...data, origin }) };
    const window = { parent, origin: "https://us.test", addEventListener: (_, fn) => (listener = fn) };
    const fetch = async (url) => {
      if (!servers[url]) throw new TypeError("no such server");
      return { json: async () => servers[url] };
    };
    vm.runInNewContext(script, { window, fetch, URL, encodeURIComponent });
    const data = { type: "fetchInteractionURL", uri_or_domain: typed };
    listener({ source: {}, origin: window.origin, data: { ...data, uri_or_domain: "not.our.page" } });
    listener({ source: parent, origin: "https://evil.test", data: { ...data, uri_or_domain: "evil.test" } });
    listener({ source: parent, origin: window.origin, data });
  });
  console.log(JSON.stringify(await answer));
}
