// What Microsoft's own parser says to a query: the first syntax error, or none.
//
// usage: node scripts/kusto_oracle.mjs < queries.jsonl > verdicts.jsonl
//
// Reads lines {"id": ..., "query": "..."}, writes lines {"id": ..., "error": null} or
// {"id": ..., "error": {"code": "KS005", "start": 8, "message": "Expected: ,"}}, in the same order.
// Offsets count UTF-16 units. Only the syntax is judged: no names, no types.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
require("@kusto/language-service-next/bridge.min.js");
require("@kusto/language-service-next/Kusto.Language.Bridge.min.js");
const { Bridge, Kusto } = globalThis;

/** @param {string} query */
function firstError(query) {
  const diagnostics = Bridge.getEnumerator(Kusto.Language.KustoCode.Parse(query).GetSyntaxDiagnostics());
  let first = null;
  while (diagnostics.moveNext()) {
    const { Severity, Code, Start, Message } = diagnostics.Current;
    if (Severity === "Error" && (first === null || Start < first.start)) {
      first = { code: Code, start: Start, message: Message };
    }
  }
  return first;
}

/** A text on which the parser itself breaks is no query. @param {string} query */
function verdict(query) {
  try {
    return firstError(query);
  } catch (error) {
    return { code: "crash", start: 0, message: String(error).split("\n")[0] };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, query } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ id, error: verdict(query) })}\n`);
}
