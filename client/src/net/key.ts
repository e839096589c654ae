/** The device's key: P-256, not extractable, kept in IndexedDB. It proves that a link is used where it was bound. */
const DB = "diemcau";
const STORE = "keys";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DB, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

function request<T>(db: IDBDatabase, mode: IDBTransactionMode, act: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const asked = act(db.transaction(STORE, mode).objectStore(STORE));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

export function base64url(data: ArrayBuffer): string {
  let text = "";
  for (const byte of new Uint8Array(data)) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

export interface DeviceKey {
  spki: string;
  sign(text: string): Promise<string>;
}

/** One key per device and seat; made at the first call. Null where the browser keeps no keys. */
export async function deviceKey(name: string): Promise<DeviceKey | null> {
  try {
    const db = await open();
    let pair = await request<CryptoKeyPair | undefined>(db, "readonly", (s) => s.get(name));
    if (!pair) {
      pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
      await request(db, "readwrite", (s) => s.put(pair, name));
    }
    const { privateKey, publicKey } = pair;
    const spki = base64url(await crypto.subtle.exportKey("spki", publicKey));
    return {
      spki,
      async sign(text) {
        const algorithm = { name: "ECDSA", hash: "SHA-256" };
        return base64url(await crypto.subtle.sign(algorithm, privateKey, new TextEncoder().encode(text)));
      },
    };
  } catch {
    return null;
  }
}
