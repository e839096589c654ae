/** The device's key: P-256, not extractable, kept in IndexedDB; it signs every hello of a site's seat (TRUST §4). */

const DATABASE = "diemcau";
const STORE = "keys";
const NAME = "device";
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;

function base64url(bytes: ArrayBuffer): string {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
  });
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return result(request);
}

async function pair(): Promise<CryptoKeyPair> {
  const database = await open();
  try {
    const kept = await result(database.transaction(STORE).objectStore(STORE).get(NAME) as IDBRequest<CryptoKeyPair | undefined>);
    if (kept) return kept;
    const made = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
    await result(database.transaction(STORE, "readwrite").objectStore(STORE).put(made, NAME));
    return made;
  } finally {
    database.close();
  }
}

/** Return the public key (SPKI, base64url), or null where this browser can keep none (no secure context). */
export async function publicKey(): Promise<string | null> {
  try {
    return base64url(await crypto.subtle.exportKey("spki", (await pair()).publicKey));
  } catch {
    return null;
  }
}

/** Sign a challenge; null where there is no key. */
export async function sign(nonce: string): Promise<{ key: string; sig: string } | null> {
  try {
    const keys = await pair();
    const text = new TextEncoder().encode(`diemcau-hello:${nonce}`);
    const sig = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, keys.privateKey, text);
    return { key: base64url(await crypto.subtle.exportKey("spki", keys.publicKey)), sig: base64url(sig) };
  } catch {
    return null;
  }
}
