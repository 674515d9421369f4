// A second verifier of audit bundles, written from docs/audit.md alone. A test tool:
//   node verify.mjs POLICY BUNDLE…    prints one JSON line for each bundle
// It looks at form, signatures, quorum, trees, proofs, indexes, lines, data and keys. It holds a bundle in memory, so it reads
// none of 2 GiB or more. Node 22 or newer.
import { createDecipheriv, createHash, createHmac, createPublicKey, verify } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { crc32 } from "node:zlib";

class Refused extends Error {}
const refuse = (why) => { throw new Refused(why); };
const must = (holds, why) => holds || refuse(why);
const sha256 = (...parts) => { const h = createHash("sha256"); for (const p of parts) h.update(p); return h.digest(); };
const leafHash = (leaf) => sha256(Buffer.of(0), leaf);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right), EMPTY = sha256(Buffer.alloc(0));
const NAME = /^(manifest\.json|README\.txt|policy|keys\.jsonl|log\/[a-z][a-z0-9_]{0,62}\/(checkpoint|entries\.jsonl|hashes|proofs|consistency)|(schemas|rules)\/[A-Za-z0-9][A-Za-z0-9._-]{0,120})$/;

const text = (bytes, why) => { try { return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes); } catch { return refuse(why); } };
const base64 = (word) => { const value = Buffer.from(word, "base64"); return value.toString("base64") === word ? value : null; };
const hash = (word) => (base64(word)?.length === 32 ? base64(word) : null);
const number = (word) => (/^(0|[1-9][0-9]{0,18})$/.test(word) && BigInt(word) < 1n << 63n ? BigInt(word) : null);
function twice(source) { // JSON whose names stand once: compare the names written with those read
  let depth = 0, open = [];
  for (const [token, name] of source.matchAll(/"((?:[^"\\]|\\.)*)"(?:[ \t\r\n]*(:))?|[{}]/g)) {
    if (token === "{") { open[depth++] = new Set(); } else if (token === "}") { depth--; }
    else if (/"[ \t\r\n]*:$/.test(token)) {
      const key = JSON.parse(`"${name}"`);
      if (open[depth - 1].has(key)) return true;
      open[depth - 1].add(key);
    }
  }
  return false;
}
function json(bytes, why) { // its numbers as BigInt: digits alone, and for an index also -0
  const source = text(bytes, why);
  const whole = (word) => typeof word !== "string" || word.isWellFormed(); // half a character is no text
  const digits = (name, value, { source: word }) => (!whole(name) || !whole(value) ? refuse(why) : typeof value !== "number" ? value : number(word === "-0" && why === "leaf" ? "0" : word) ?? refuse(why));
  try { JSON.parse(source); } catch { refuse(why); }
  return twice(source) ? refuse(why) : JSON.parse(source, digits);
}

// -- the container ---------------------------------------------------------------------------
function unzip(file) {
  const end = file.length - 22;
  must(end >= 0 && file.readUInt32LE(end) === 0x06054b50 && file.readUInt16LE(end + 20) === 0, "no zip file");
  const [count, size, start] = [file.readUInt16LE(end + 10), file.readUInt32LE(end + 12), file.readUInt32LE(end + 16)];
  must(count <= 5000 && start + size === end, "something stands before or after the members");
  const members = new Map();
  let at = start, follows = 0;
  for (let i = 0; i < count; i++) {
    must(at + 46 <= end && file.readUInt32LE(at) === 0x02014b50, "the directory is damaged");
    const [flags, method] = [file.readUInt16LE(at + 8), file.readUInt16LE(at + 10)];
    const [crc, packed, full] = [file.readUInt32LE(at + 16), file.readUInt32LE(at + 20), file.readUInt32LE(at + 24)];
    const [nameLength, extra, comment] = [file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32)];
    const offset = file.readUInt32LE(at + 42);
    const name = file.toString("latin1", at + 46, at + 46 + nameLength);
    must(NAME.test(name) && !members.has(name), "a name that a bundle has not, or has once");
    must(file.readUInt16LE(at + 6) === 45 && flags === 0 && method === 0 && packed === full && extra + comment === 0, `${name}: compressed, encrypted or with something added`);
    must(offset === follows && offset + 30 <= start && file.readUInt32LE(offset) === 0x04034b50, `${name}: out of place`);
    const local = file.toString("latin1", offset + 30, offset + 30 + file.readUInt16LE(offset + 26));
    must(local === name && file.readUInt16LE(offset + 28) === 20, `${name}: its header is another`);
    const begin = offset + 50 + nameLength;
    follows = begin + full;
    must(follows <= start, `${name}: reaches beyond the members`);
    members.set(name, { data: file.subarray(begin, follows), crc });
    at += 46 + nameLength;
  }
  must(at === end && follows === start, "something stands between the members");
  return (name, missing) => {
    const member = members.get(name);
    if (!member) return missing === undefined ? refuse(`${name} is missing`) : missing;
    must(crc32(member.data) === member.crc, `${name} is damaged`);
    return member.data;
  };
}
function lines(data, name) {
  must(!data.length || data[data.length - 1] === 10, `${name}: the last line has no newline`);
  const found = [];
  for (let at = 0, stop; at < data.length; at = stop + 1) {
    stop = data.indexOf(10, at);
    must(stop - at <= 4_000_000, `${name}: a line is too long`);
    found.push(data.subarray(at, stop));
  }
  return found;
}

// -- keys, notes, policies -------------------------------------------------------------------
const goodName = (name) => name !== "" && !/[+\s\p{C}\p{Z}]/u.test(name);
function vkey(word) {
  const [, name, id, material] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(word) ?? refuse("a key has three parts");
  const raw = base64(material);
  must(goodName(name) && raw?.length === 33 && (raw[0] === 1 || raw[0] === 4), "no key");
  const key = { name, kind: raw[0], raw: raw.subarray(1), id: sha256(name, "\n", raw).subarray(0, 4) };
  must(key.id.toString("hex") === id, "the id is another key's");
  const jwk = { kty: "OKP", crv: "Ed25519", x: key.raw.toString("base64url") };
  const holds = (message, signature) => verify(null, Buffer.from(message), createPublicKey({ key: jwk, format: "jwk" }), signature);
  key.signed = (...signed) => { try { return holds(...signed); } catch { return false; } };
  return key;
}
function readPolicy(bytes) {
  const logs = [], named = new Map(), grouped = new Set();
  let quorum;
  const source = bytes.toString("latin1");
  must(!source.length || source.endsWith("\n"), "policy: the last line");
  const fresh = (name) => must(name !== "none" && !named.has(name), "policy: the name is taken");
  const key = (word, kind, among) => {
    const found = vkey(Buffer.from(word, "latin1").toString());
    must(found.kind === kind && !among.some((k) => k.raw.equals(found.raw)), "policy: key");
    return found;
  };
  for (const line of source.split("\n").slice(0, -1)) {
    must(!/[\x00-\x08\x0b-\x1f\x7f]/.test(line), "policy: control characters");
    const words = line.split(/[ \t]+/).filter(Boolean);
    if (!words.length || words[0].startsWith("#")) continue;
    const [what, first, second, ...rest] = words;
    const keys = [...named.values()].filter((w) => w.key).map((w) => w.key);
    if (what === "log" && first && words.length <= 3) logs.push(key(first, 1, logs));
    else if (what === "witness" && second && words.length <= 4) { fresh(first); named.set(first, { key: key(second, 4, keys) }); }
    else if (what === "group" && rest.length) {
      fresh(first);
      for (const member of rest) { must(named.has(member) && !grouped.has(member), "policy: member"); grouped.add(member); }
      const needed = { all: rest.length, any: 1 }[second] ?? Number(number(second) ?? 0n);
      must(needed >= 1 && needed <= rest.length, "policy: needed");
      named.set(first, { needed, members: rest });
    } else if (what === "quorum" && words.length === 2 && quorum === undefined) {
      must(first === "none" || named.has(first), "policy: quorum");
      quorum = first;
    } else refuse("policy: a line is none");
  }
  must(quorum !== undefined, "policy: quorum");
  return { logs, named, quorum };
}
function readCheckpoint(bytes) {
  must(bytes.length <= 1_000_000, "a checkpoint is too large");
  const whole = text(bytes, "a note is in UTF-8"), cut = whole.lastIndexOf("\n\n");
  must(cut >= 0 && whole.endsWith("\n") && cut + 2 < whole.length && !/[\x00-\x09\x0b-\x1f]/.test(whole), "no note");
  const rows = whole.slice(cut + 2, -1).split("\n");
  must(rows.length <= 64, "too many signatures");
  const signatures = rows.map((row) => {
    const [, name, word] = /^— ([^ ]*) (.*)$/s.exec(row) ?? refuse("no signature");
    const raw = base64(word);
    must(goodName(name) && raw && raw.length > 4, "no signature");
    return { name, id: raw.subarray(0, 4), value: raw.subarray(4) };
  });
  const body = whole.slice(0, cut + 1), rest = body.split("\n").slice(0, -1);
  must(rest.length >= 3 && rest.every(Boolean), "a checkpoint has three lines");
  const size = number(rest[1]), root = hash(rest[2]);
  must(size !== null && root, "a checkpoint has a size and a root");
  return { body, origin: rest[0], size, root, signatures };
}
const of = (checkpoint, key) => checkpoint.signatures.filter((s) => s.name === key.name && s.id.equals(key.id));
function judge(checkpoint, policy) { // the finding, or null
  const own = policy.logs.filter((key) => key.name === checkpoint.origin);
  const mine = own.flatMap((key) => of(checkpoint, key).map((s) => key.signed(checkpoint.body, s.value)));
  if (!mine.length || mine.includes(false)) return "checkpoint";
  must(checkpoint.size !== 0n || checkpoint.root.equals(EMPTY), "an empty tree has the root of nothing");
  const witnessed = new Set(["none"]);
  for (const [name, { key, needed, members }] of policy.named) {
    if (members) { if (members.filter((m) => witnessed.has(m)).length >= needed) witnessed.add(name); continue; }
    for (const { value } of of(checkpoint, key)) {
      if (value.length !== 72) return "quorum";
      const at = value.readBigUInt64BE(0);
      const message = `cosignature/v1\ntime ${at}\n${checkpoint.body}`;
      if (at === 0n || at >= 1n << 63n || !key.signed(message, value.subarray(8))) return "quorum";
      witnessed.add(name);
    }
  }
  return witnessed.has(policy.quorum) ? null : "quorum";
}

// -- trees -----------------------------------------------------------------------------------
function rootOf(hashes) { // pairing and carrying the odd one up gives the tree of RFC 9162
  const above = (row) => row.flatMap((left, i) => (i % 2 ? [] : [i + 1 < row.length ? nodeHash(left, row[i + 1]) : left]));
  let row = hashes;
  while (row.length > 1) row = above(row);
  return row[0] ?? EMPTY;
}
function included(leaf, index, size, proof, root) {
  if (index >= size) return false;
  let [fn, sn, node] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (sn === 0n) return false;
    if (fn & 1n || fn === sn) {
      node = nodeHash(sibling, node);
      while (fn && !(fn & 1n)) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else node = nodeHash(node, sibling);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && node.equals(root);
}

// -- lines -----------------------------------------------------------------------------------
const MARK = ',"datahash":"', SEALED = Buffer.from(',"data_base64":"'), OPEN = Buffer.from(',"data":');
function split(line) { // leaf, data, sealed; null if it is no entry
  const at = line.indexOf(MARK) + MARK.length + 65;
  if (at < MARK.length + 65 || at > line.length || line[at - 1] !== 34) return null;
  const leaf = Buffer.concat([line.subarray(0, at), Buffer.from("}")]), tail = line.subarray(at);
  if (tail.subarray(0, SEALED.length).equals(SEALED)) {
    if (!tail.subarray(-2).equals(Buffer.from('"}'))) return null;
    const data = base64(tail.subarray(SEALED.length, -2).toString("latin1"));
    return data?.length ? { leaf, data, sealed: true } : null;
  }
  if (tail.subarray(0, OPEN.length).equals(OPEN) && tail[tail.length - 1] === 125) return { leaf, data: tail.subarray(OPEN.length, -1), sealed: false };
  return tail.equals(Buffer.from("}")) ? { leaf, data: null, sealed: false } : null;
}
const REQUIRED = ["id", "source", "type", "time", "district", "actor", "actorrole", "cause", "basis", "datahash"];
const isLeaf = (leaf) => Object.entries(leaf).every(([name, value]) => typeof value === "string" || (name === "index" && typeof value === "bigint"))
  && REQUIRED.every((name) => name in leaf) && typeof leaf.index === "bigint" && leaf.specversion === "1.0" && leaf.datacontenttype === "application/json"
  && ("sealkey" in leaf) === ("keycommitment" in leaf) && /^[0-9a-f]{64}$/.test(leaf.datahash) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(leaf.time);
function opens(key, leaf, data) { // whether the key is the one committed to, and opens the data
  const info = `staffel/v1/entry/${leaf.id}`, mac = (...parts) => parts.reduce((h, p) => h.update(p), createHmac("sha256", key)).digest();
  const entryKey = mac(info, Buffer.of(1)), secret = mac(entryKey, info, Buffer.of(2));
  if (sha256("staffel/v1/commitment", secret).toString("hex") !== leaf.keycommitment) return false;
  try {
    const open = createDecipheriv("aes-256-gcm", entryKey, data.subarray(0, 12));
    open.setAAD(Buffer.from(`${leaf.id}|${leaf.type}|${leaf.subject ?? ""}|${leaf.sealkey}`)).setAuthTag(data.subarray(-16));
    return Boolean(open.update(data.subarray(12, -16)) && open.final());
  } catch { return false; }
}

// -- a bundle --------------------------------------------------------------------------------
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isSpan = (span, size) => Array.isArray(span) && span.length === 2 && span.every((end) => typeof end === "bigint") && span[0] <= span[1] && span[1] <= size;
const isLog = (log) => isObject(log) && typeof log.service === "string" && NAME.test(`log/${log.service}/checkpoint`) && typeof log.origin === "string"
  && log.origin.split("/").at(-1) === log.service && typeof log.size === "bigint" && (!("span" in log) || isSpan(log.span, log.size));
function readManifest(bytes) {
  const found = json(bytes, "manifest");
  must(isObject(found) && found.format === "staffel-audit-bundle/1" && ["whole", "part"].includes(found.kind), "manifest: format or kind");
  must(isObject(found.selection) && Object.values(found.selection).every((value) => typeof value === "string"), "manifest: selection");
  must(Array.isArray(found.logs) && found.logs.length && found.logs.every(isLog), "manifest: logs");
  must(new Set(found.logs.map((log) => log.service)).size === found.logs.length, "manifest: a service twice");
  return found;
}
function readKey(line) {
  const found = json(line, "keys");
  must(isObject(found) && [found.key_id, found.key].every((word) => typeof word === "string") && base64(found.key)?.length === 32, "keys");
  return [found.key_id, base64(found.key)];
}
function verifyBundle(path, policy) {
  must(statSync(path).size < 2 ** 31, "2 GiB or more, which this tool does not read");
  const member = unzip(readFileSync(path)), findings = [];
  const manifest = readManifest(member("manifest.json"));
  const keys = new Map(lines(member("keys.jsonl"), "keys").map(readKey));
  for (const { service, origin, size, span } of manifest.logs) {
    const note = (code, index) => findings.push({ code, log: service, index: index ?? null });
    const checkpoint = readCheckpoint(member(`log/${service}/checkpoint`));
    must(checkpoint.origin === origin && checkpoint.size === size, "manifest and checkpoint disagree");
    const wrong = judge(checkpoint, policy);
    if (wrong) note(wrong);
    const whole = manifest.kind === "whole", hashes = [], stored = whole ? member(`log/${service}/hashes`, null) : null;
    must(!stored || BigInt(stored.length) === 32n * size, "hashes: size");
    const proofs = whole ? [] : lines(member(`log/${service}/proofs`), "proofs").map((line) => {
      const [first, ...rest] = line.toString("latin1").split(" "), found = { index: number(first), hashes: rest.map(hash) };
      must(found.index !== null && found.hashes.every(Boolean), "proofs");
      return found;
    });
    const entries = lines(member(`log/${service}/entries.jsonl`), "entries");
    let lost = false, last = -1n, expected = span?.[0];
    entries.forEach((line, place) => {
      const proof = proofs[place], index = whole ? BigInt(place) : proof?.index;
      if (index === undefined) return note("root", last + 1n);
      const parts = split(line);
      hashes.push(parts ? leafHash(parts.leaf) : Buffer.alloc(32));
      const proven = whole || included(hashes[place], index, size, proof.hashes, checkpoint.root);
      if (!proven) note("root", index);
      if (!whole && (index <= last || (span && index !== expected))) note("index", index);
      [last, expected] = [index, index + 1n];
      if (lost) return;
      const altered = () => stored?.length > 32 * place && !hashes[place].equals(stored.subarray(32 * place, 32 * place + 32)) && note("root", index);
      if (!parts) { altered(); return note("leaf", index); }
      const begins = `{"specversion":"1.0","id":"${service}/${index}","source":"${origin}","type":"`;
      if (!parts.leaf.subarray(0, Buffer.byteLength(begins)).equals(Buffer.from(begins))) { lost = whole; return note("index", index); }
      altered();
      if (!parts.data && !parts.leaf.includes(',"sealkey":"')) return note("data", index);
      if (parts.data && sha256(parts.data).toString("hex") !== parts.leaf.toString("latin1", parts.leaf.length - 66, parts.leaf.length - 2)) return note("data", index);
      if (!proven) return;
      let leaf;
      try { leaf = json(parts.leaf, "leaf"); } catch { return note("leaf", index); }
      if (!isLeaf(leaf)) return note("leaf", index);
      if (!parts.leaf.includes(`,"index":${index},`)) return note("index", index);
      if (parts.data && parts.sealed !== (typeof leaf.sealkey === "string")) return note("leaf", index);
      const key = keys.get(leaf.sealkey);
      if (parts.sealed && key && !opens(key, leaf, parts.data)) note("key", index);
    });
    const count = BigInt(entries.length);
    if (whole && !lost && count !== size) note("index", count < size ? count : size);
    const tree = stored ? Array.from({ length: Number(size) }, (_, i) => stored.subarray(32 * i, 32 * i + 32)) : hashes;
    if (whole && count === size && !rootOf(tree).equals(checkpoint.root)) note("root");
    if (!whole && proofs.length > entries.length) note("index", last + 1n);
    if (!whole && span && expected !== span[1]) note("index", expected);
  }
  return { holds: !findings.length, findings };
}

const [trust, ...bundles] = process.argv.slice(2);
const policy = readPolicy(readFileSync(trust));
const refused = (error) => (error instanceof Refused ? { refused: error.message } : (() => { throw error; })());
const judged = (path) => { try { return verifyBundle(path, policy); } catch (error) { return refused(error); } };
const told = (_, value) => (typeof value === "bigint" ? JSON.rawJSON(value) : value);
for (const path of bundles) process.stdout.write(`${JSON.stringify(judged(path), told)}\n`);
