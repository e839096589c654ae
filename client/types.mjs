// Reads the protocol's JSON Schema from standard input, writes TypeScript types. CLIENT §1.
import { compile } from "json-schema-to-typescript";

const parts = [];
for await (const part of process.stdin) parts.push(part);
const schema = JSON.parse(Buffer.concat(parts).toString());
// A default means "may be missing" on the wire; titles would only double the names.
const strip = (node) => {
  if (Array.isArray(node)) return node.forEach(strip);
  if (node === null || typeof node !== "object") return;
  delete node.discriminator;
  delete node.maxLength;
  for (const value of Object.values(node)) strip(value);
};
strip(schema);
const text = await compile(schema, "Protocol", {
  bannerComment: "/* Generated from signaling/schema.py by `python client/build.py --types`. Do not edit. */",
  additionalProperties: false,
  unreachableDefinitions: true,
  format: false,
});
process.stdout.write(text);
