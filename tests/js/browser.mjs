// A page of another origin listens in Debian's Chromium. Usage: node browser.mjs PAGE SERVER TOKEN. Prints "ready" when both a
// WebSocket and an EventSource are open, then one JSON object when both have heard a post.
import { chromium } from "playwright-core";

const [pageUrl, server, token] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage();
await page.goto(pageUrl);
await page.evaluate(
  ([where, secret]) => {
    globalThis.heard = {};
    const ws = new WebSocket(`ws://${where}/api/v1/streaming?stream=public`, secret);
    const events = new EventSource(`http://${where}/api/v1/streaming/public?access_token=${secret}`);
    const opened = Promise.all([
      new Promise((good, bad) => Object.assign(ws, { onopen: good, onerror: () => bad(new Error("WebSocket")) })),
      new Promise((good, bad) => Object.assign(events, { onopen: good, onerror: () => bad(new Error("EventSource")) })),
    ]);
    ws.onmessage = (m) => {
      const message = JSON.parse(m.data);
      globalThis.heard.ws = { at: Date.now(), protocol: ws.protocol, id: JSON.parse(message.payload).id };
    };
    events.addEventListener("update", (m) => {
      globalThis.heard.events = { at: Date.now(), id: JSON.parse(m.data).id };
    });
    return opened.then(() => location.origin);
  },
  [server, token],
);
console.log("ready");
await page.waitForFunction(() => globalThis.heard.ws && globalThis.heard.events, null, { polling: 20, timeout: 30000 });
console.log(JSON.stringify({ origin: await page.evaluate(() => location.origin), ...(await page.evaluate(() => globalThis.heard)) }));
await browser.close();
