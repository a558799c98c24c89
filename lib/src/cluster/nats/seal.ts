/** Small texts that are sealed with the key of a cluster, each for one purpose: one that was sealed for another is none. */
import { nodeCrypto } from "../../base/loadLate";

const IV_BYTES = 12;
const TAG_BYTES = 16;

export function sealText(key: Uint8Array, purpose: string, text: string): Uint8Array {
  const iv = nodeCrypto().randomBytes(IV_BYTES);
  const cipher = nodeCrypto().createCipheriv("aes-256-gcm", keyFor(key), iv).setAAD(Buffer.from(purpose));
  return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

/** The text; undefined for one that was not sealed for that purpose. */
export function unsealText(key: Uint8Array, purpose: string, sealed: Uint8Array): string | undefined {
  if (sealed.byteLength < IV_BYTES + TAG_BYTES) return undefined;
  const decipher = nodeCrypto()
    .createDecipheriv("aes-256-gcm", keyFor(key), sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(purpose));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const text = decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    // The only way in which Node tells that somebody else has sealed it.
    return undefined;
  }
}

function keyFor(key: Uint8Array): Uint8Array {
  return Buffer.from(nodeCrypto().hkdfSync("sha256", key, "", "parallel-typescript text", 32));
}
