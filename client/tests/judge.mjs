// A command: one JSON line in (`judge.ts: Ask` with the path of a `file`), one out, until the input ends. `tests/kit/page_judge.py` runs it.
import { openAsBlob } from "node:fs";
import { createInterface } from "node:readline";
import { answer } from "./judge.ts";

for await (const line of createInterface({ input: process.stdin })) {
  const ask = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await answer(ask, await openAsBlob(ask.file)))}\n`);
}
