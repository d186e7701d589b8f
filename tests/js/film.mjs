// A video in Debian's Chromium: on the page of a post, then by its own address, each with a jump ahead. Usage: node film.mjs PAGE FILE.
// Prints one JSON object: what was played, and the statuses of all answers for the file.
import { chromium } from "playwright-core";

const [pageUrl, file] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
});
const page = await browser.newPage();
const answers = [];
// No faster than that, or all of a small file is there before anybody jumps in it.
const network = await page.context().newCDPSession(page);
await network.send("Network.enable");
await network.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: 6e6, uploadThroughput: -1 });
page.on("response", (r) => r.url() === file && answers.push([r.status(), r.headers()["content-range"] ?? null]));

// Only looks from outside: a file shown by itself is in a sandbox, where no script may run, nor wait for an event.
const ask = (what) => page.evaluate(`(() => { const video = document.querySelector("video"); return ${what}; })()`);
async function until(what) {
  for (const end = Date.now() + 60000; !(await ask(what)); await new Promise((go) => setTimeout(go, 20)))
    if (Date.now() > end) throw new Error(`${what} is not so: ${await ask("video.error?.message ?? video.currentTime")}`);
}
const play = async () => until(`video.currentTime > ${await ask("video.currentTime")} + 0.3`);

async function watch(url) {
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForSelector("video", { state: "attached", timeout: 60000 });
  await ask("(video.muted = true) && void video.play()");
  await until("video.readyState > 1");
  await play();
  for (const part of [0.9, 0.2, 0.6]) {
    await ask(`video.currentTime = video.duration * ${part}`);
    await until("!video.seeking");
    await play();
  }
  await ask("void video.pause()");
  return ask("({ duration: video.duration, width: video.videoWidth, at: video.currentTime / video.duration })");
}

const shown = await watch(pageUrl);
const alone = await watch(file);
console.log(JSON.stringify({ shown, alone, answers }));
await browser.close();
