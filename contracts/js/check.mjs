// Reads what `contracts/` publishes with other people's tools: every schema with Ajv (strict), every
// sample against its schemas, the AsyncAPI document with its own parser, feed entries with the SDK
// of CloudEvents.
//
//   node check.mjs [FOLDER]         FOLDER holds schemas/, samples/ and asyncapi.yaml
//   node check.mjs --batch FILE     FILE is an answer of `GET /feed`
//
// Findings go to standard error, a line each; standard output says what was read, as JSON. Ends
// with 1 if there was a finding.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { Parser } from "@asyncapi/parser";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { HTTP } from "cloudevents";

const READER_ACCEPTS = ["unknown-field", "wrong-code"];
const STRUCTURED = "application/cloudevents+json";
const BATCH = "application/cloudevents-batch+json";
const ERROR = 0;

const read = { schemas: 0, samples: 0, messages: 0, entries: 0, findings: 0 };

function found(where, what) {
  read.findings += 1;
  console.error(`${where}: ${what}`);
}

/** Every JSON file below a folder. */
function files(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => join(folder, name));
}

const json = (path) => JSON.parse(readFileSync(path, "utf8"));

/** The compiled schemas of a folder, by their path without `.json`. */
function compiled(root) {
  const ajv = new Ajv.default({ strict: true, allErrors: true });
  addFormats.default(ajv);
  const schemas = new Map();
  for (const path of files(root)) {
    const name = relative(root, path).replace(/\.json$/, "");
    try {
      schemas.set(name, ajv.compile(json(path)));
      read.schemas += 1;
    } catch (error) {
      found(`schemas/${name}`, error.message);
    }
  }
  return schemas;
}

/** The fields that an error of Ajv is about: as a path, and its first part. */
function fieldsOf({ instancePath, params }) {
  const inside = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty;
  const path = [...instancePath.split("/").slice(1), ...(inside === undefined ? [] : [inside])];
  return [path.join("."), path[0]];
}

/** What a schema says about data: nothing, or the errors. */
function errorsOf(validate, data) {
  return validate(data) ? [] : validate.errors;
}

const said = (errors) => errors.map((e) => `${e.instancePath || "/"} ${e.message}`).join("; ");

function checkPassing(where, validate, data) {
  const errors = errorsOf(validate, data);
  if (errors.length) found(where, `is refused: ${said(errors)}`);
}

function checkFailing(where, writer, reader, { reason, field, data }) {
  const errors = errorsOf(writer, data);
  if (!errors.length) found(where, "the writer's schema accepts it");
  else if (!errors.some((error) => fieldsOf(error).includes(field)))
    found(where, `is refused, but not because of ${field}: ${said(errors)}`);
  const accepted = !errorsOf(reader, data).length;
  if (accepted !== READER_ACCEPTS.includes(reason))
    found(where, `${reason}: the reader's schema ${accepted ? "accepts" : "refuses"} it`);
}

/** Samples lie in a folder named as their type; a command has one schema, a fact two and more. */
function checkSamples(root, schemas) {
  for (const path of files(root)) {
    const where = `samples/${relative(root, path)}`;
    const type = relative(root, dirname(path));
    const [writer, reader] = schemas.has(type)
      ? [schemas.get(type), schemas.get(type)]
      : [schemas.get(`${type}/writer`), schemas.get(`${type}/reader`)];
    read.samples += 1;
    if (!writer || !reader) found(where, "has no schema");
    else if (basename(path).endsWith(".fail.json")) checkFailing(where, writer, reader, json(path));
    else for (const validate of new Set([writer, reader])) checkPassing(where, validate, json(path));
  }
}

/** Gives the feed entries among the document's examples. */
async function checkAsyncApi(path) {
  if (!existsSync(path)) return found("asyncapi.yaml", "is missing") ?? [];
  const { document, diagnostics } = await new Parser().parse(readFileSync(path, "utf8"));
  for (const { severity, path: place, message } of diagnostics)
    if (severity === ERROR) found(`asyncapi.yaml ${place.join("/")}`, message);
  const messages = document?.allMessages().all() ?? [];
  read.messages = messages.length;
  const examples = messages.flatMap((message) => message.examples().all());
  const entries = examples.map((example) => example.payload()).filter((e) => e?.specversion);
  return [...new Map(entries.map((entry) => [entry.type, entry])).values()];
}

/** An entry has to come out of the SDK as it went in. */
function checkEvents(where, type, body, entries) {
  try {
    const events = [HTTP.toEvent({ headers: { "content-type": type }, body })].flat();
    if (events.length !== entries.length) found(where, `${events.length} of ${entries.length}`);
    for (const [n, event] of events.entries()) {
      event.validate();
      const [came, went] = [event, entries[n]].map((e) => [e.id, e.type, e.feedindex, e.data]);
      if (JSON.stringify(came) !== JSON.stringify(went)) found(where, "is read as another event");
    }
  } catch (error) {
    found(where, error.message);
  }
}

function checkEntries(entries) {
  read.entries = entries.length;
  for (const entry of entries) checkEvents(entry.type, STRUCTURED, JSON.stringify(entry), [entry]);
  checkEvents("all entries as a batch", BATCH, JSON.stringify(entries), entries);
}

const [first = join(import.meta.dirname, ".."), file] = process.argv.slice(2);
if (first === "--batch") {
  checkEntries(json(file));
} else {
  checkSamples(join(first, "samples"), compiled(join(first, "schemas")));
  checkEntries(await checkAsyncApi(join(first, "asyncapi.yaml")));
}
console.log(JSON.stringify(read));
process.exitCode = read.findings ? 1 : 0;
