// A subscriber in JavaScript: takes in an agency's feed, every entry once and in order, and
// confirms the technical receipt of what is handed over to the agency.
//
//   npm install
//   STAFFEL_URL=nats://… STAFFEL_AGENCY=… STAFFEL_PASSWORD=… node subscriber.mjs
//
// or STAFFEL_CONTEXT=NAME, a context of the `nats` tool. STAFFEL_USER names the NATS user where it is
// not named like the agency: after its login was exchanged. It goes on behind the last line of its
// STAFFEL_LEDGER (./ledger.jsonl). Put your own work into `takeIn`; where you have a database,
// write the index there in the same transaction.

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { jetstream } from "@nats-io/jetstream";
import { connect, errors, headers } from "@nats-io/transport-node";

const [PAGE, PAUSE_MS, ANSWER_MS] = [500, 500, 10_000];
const LOOK_MS = 1000 * (process.env.STAFFEL_LOOK_SECONDS || 30); // for what did not come by itself
const LATER = new Set(["unavailable", "too-many-requests", "maintenance"]); // no answer yet
const RULES = [[/_on$/, /^\d{4}-\d\d-\d\d$/], [/_(id|ref|agency|digest|code)$/, /./]];
/** What an entry of a type makes of its case; all others leave it as it is. */
const STATES = {
  "handed-to-jobcenter": "submitted", "handoff-delivered": "delivered",
  "handoff-acknowledged": "acknowledged", "handoff-information-requested": "information-requested",
  "handoff-accepted": "accepted", "responsibility-changed": "in-effect",
  "handoff-completed": "completed", "handoff-rejected": "rejected", "handoff-expired": "expired",
};
const STOPPED = "stopped"; // by an unreadable entry: the case waits for a person, no other does
class Refusal extends Error {}

/** How to reach the platform: by the environment, or by a context file of the `nats` tool. */
function access({ STAFFEL_CONTEXT: name, ...env }) {
  const { STAFFEL_URL, STAFFEL_AGENCY, STAFFEL_USER, STAFFEL_PASSWORD: pass } = env;
  if (!name)
    return { servers: STAFFEL_URL, agency: STAFFEL_AGENCY, user: STAFFEL_USER || STAFFEL_AGENCY, pass };
  const folder = join(env.XDG_CONFIG_HOME || join(homedir(), ".config"), "nats", "context");
  const found = JSON.parse(fs.readFileSync(join(folder, `${name}.json`), "utf8"));
  const { url: servers, user, password, ca: caFile, cert: certFile, key: keyFile, staffel } = found;
  const tls = caFile && { caFile, certFile, keyFile };
  return { servers, agency: staffel?.agency ?? user, user, pass: password, tls };
}

/** What was taken in, on disk: the next index that is wanted, and where each case stands. */
class Ledger {
  next = 0;
  states = new Map();
  constructor(path) {
    const text = fs.existsSync(path) ? fs.readFileSync(path, "utf8") : "";
    const whole = text.slice(0, text.lastIndexOf("\n") + 1); // a crash may have cut the last line
    if (whole.length < text.length) fs.truncateSync(path, Buffer.byteLength(whole));
    for (const line of whole.split("\n").filter(Boolean)) this.#remember(JSON.parse(line));
    this.file = fs.openSync(path, "a", 0o600);
  }
  add(entry) {
    fs.writeSync(this.file, `${JSON.stringify(entry)}\n`);
    fs.fsyncSync(this.file); // before the entry is acknowledged: then it does not come again
    this.#remember(entry);
  }
  #remember({ index, case: caseId, state }) {
    this.next = index + 1;
    this.states.set(caseId, state);
  }
}

/** Send a request until it is answered; the same idempotency key makes that safe. */
async function request(subject, body, key, purpose) {
  const options = { timeout: ANSWER_MS, headers: headers() };
  if (key) options.headers.set("Idempotency-Key", key);
  if (purpose) options.headers.set("Staffel-Purpose", purpose); // what personal data is read for
  for (;; await sleep(PAUSE_MS)) {
    try {
      const reply = await nc.request(subject, JSON.stringify(body), options);
      const answer = reply.json();
      if (Number(reply.headers?.get("Staffel-Status") || 200) === 200) return answer;
      if (!LATER.has(answer.code)) throw new Refusal(answer.code);
    } catch (error) {
      const lost = error instanceof errors.TimeoutError || error instanceof errors.RequestError;
      if (!lost || nc.isClosed()) throw error;
    }
    if (stopping) process.exit(); // what was begun comes again
  }
}

/** SHA-256 over the sheet's fields as canonical JSON: keys sorted, no spaces. */
const digestOf = (fields) =>
  createHash("sha256").update(JSON.stringify(fields, Object.keys(fields).sort())).digest("hex");

/** Fetch the sheet of a handoff and confirm that it is here, and is the one that was sent. */
async function confirm({ subject: caseId, feedindex, data }) {
  const { handoff_id, domain, sheet_ref, sheet_digest } = data;
  const which_sheet = { case: caseId, sheet_ref };
  const sheet = await request("ask.casework.handover-sheet", which_sheet, null, "handoff");
  if (digestOf(sheet.fields) !== sheet_digest) throw new Refusal("digest-differs");
  const which = { case: caseId, handoff_id, domain, sheet_digest };
  const command = { ...which, receipt_ref: `feed/${feedindex}` };
  await request("cmd.jobcenter_bridge.confirm-delivery", command, `receipt/${handoff_id}`);
}

/** Whether data keeps what its fields' names promise; better: validate by the reader's schema. */
function readable(data) {
  if (data?.constructor !== Object) return data === undefined; // so it is where it was erased
  return Object.entries(data).every(([name, value]) => {
    const shape = value !== null && RULES.find(([names]) => names.test(name))?.[1];
    return !shape || (typeof value === "string" && shape.test(value));
  });
}

/** Deal with one entry; what you make of it is written down before it is acknowledged. */
async function takeIn(entry) {
  const { feedindex: index, type, subject: caseId = null, data } = entry;
  const name = String(type).replace(/\.[^.]*$/, "");
  let state = ledger.states.get(caseId) ?? "none";
  if (state !== STOPPED) state = readable(data) ? (STATES[name] ?? state) : STOPPED;
  if (name === "handed-to-jobcenter" && data?.to_agency === agency && readable(data)) {
    await confirm(entry).catch((error) => {
      if (!(error instanceof Refusal)) throw error;
      console.error(`no receipt for handoff ${data.handoff_id}: ${error.message}`);
    });
  }
  ledger.add({ index, type, case: caseId, state });
}

/** Ask for entries and take them in: up to before an index, or all that there are. */
async function catchUp(end = Infinity) {
  while (ledger.next < end && !stopping) {
    const wish = { start: ledger.next, limit: Math.min(PAGE, end - ledger.next) };
    const { entries } = await request("ask.notify.feed", wish);
    for (const entry of entries) await takeIn(entry);
    if (!entries.length && end === Infinity) return;
    if (!entries.length) await sleep(PAUSE_MS);
  }
}

const { agency, ...login } = access(process.env);
const ledger = new Ledger(process.env.STAFFEL_LEDGER || "ledger.jsonl");
let [stopping, messages] = [false, undefined];
for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => { stopping = true; messages?.stop(); }); // the second one ends it
const nc = await connect({
  ...login, name: agency, inboxPrefix: `_INBOX_${agency}`,
  maxReconnectAttempts: -1, reconnectTimeWait: PAUSE_MS, ignoreAuthErrorAbort: true,
});
(async () => { // a program that waits for ever says for what, as when its login was exchanged
  const told = new Set();
  for await (const { type, error } of nc.status()) {
    const reason = error?.message ?? type;
    const isNew = type === "reconnect" ? told.size : !told.has(reason);
    if (["disconnect", "reconnect", "error"].includes(type) && isNew) console.error(reason);
    type === "reconnect" ? told.clear() : told.add(reason);
  }
})();
let turn = catchUp();
/** One thing after the other: what comes, and what did not. */
const inTurn = (job) => (turn = turn.then(job));

async function take(message) {
  let entry; // stays unknown where it is no JSON: then the next index shows the gap
  try { entry = message.json(); } catch {}
  if (Number.isInteger(entry?.feedindex) && entry.feedindex >= ledger.next) { // else taken in before
    await catchUp(entry.feedindex);
    if (stopping) return; // it comes again
    await takeIn(entry);
  }
  message.ack();
}

await turn;
const consumer = await jetstream(nc).consumers.get("INBOX", "app");
messages = await consumer.consume({ max_messages: PAGE, idle_heartbeat: 1000 });
if (stopping) messages.stop();
setInterval(() => inTurn(() => catchUp()), LOOK_MS).unref();
for await (const message of messages) await inTurn(() => take(message));
await turn;
await nc.drain();
