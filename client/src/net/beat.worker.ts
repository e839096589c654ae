/** Timers of background tabs are slowed to one a second or a minute; those of a worker are not (CLIENT §2). */
const EVERY_MS = 250;

setInterval(() => postMessage(0), EVERY_MS);

export {};
