/** The one Trusted Types policy: it admits the URL of our own worker and nothing else (CLIENT §1, CSP). */
import workerUrl from "./beat.worker?worker&url";

interface Policy {
  createScriptURL(url: string): string;
}

interface Factory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
}

function only(url: string): string {
  if (url !== workerUrl) throw new TypeError("not our worker");
  return url;
}

/** Return the worker's URL in the form this browser accepts. */
export function beatUrl(): string {
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
  return factory ? factory.createPolicy("diemcau", { createScriptURL: only }).createScriptURL(workerUrl) : workerUrl;
}
