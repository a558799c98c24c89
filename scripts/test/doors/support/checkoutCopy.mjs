// This checkout as a clone of it would be, somewhere else.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "../../../setup/checkout.mjs";
import { owned } from "./apart.mjs";

/**
 * Copies what git has or would take, but for what `isIgnored` names.
 *
 * @param {(path: string) => boolean} [isIgnored]
 */
export function copyCheckout(target, owner, isIgnored = () => false) {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: inRoot(),
    encoding: "utf8",
  });
  const files = listed.split("\0").filter((file) => file !== "" && existsSync(inRoot(file)) && !isIgnored(file));
  for (const file of files) cpSync(inRoot(file), join(target, file), { recursive: true });
  owned(target, owner);
}

/**
 * The variables by which npm and pip know the certificates of a proxy, for those who get none of ours. They may not be able to read the file where it
 * lies: `copy` is where another one goes.
 */
export function networkVariables(copy, inside = copy) {
  const ours = process.env.NODE_EXTRA_CA_CERTS;
  if (!ours) return {};
  if (copy) {
    copyFileSync(ours, copy);
    chmodSync(copy, 0o644);
  }
  const names = ["NODE_EXTRA_CA_CERTS", "PIP_CERT", "SSL_CERT_FILE"];
  return Object.fromEntries(names.map((name) => [name, inside ?? ours]));
}
