// The page of a room and what it answers: GET gives the page and its parts, POST takes what a learner sends. Without the token of the address nothing is given or taken.
import { randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { inRoot } from "../setup/checkout.mjs";
import { MOST_BYTES, Refused, Room } from "./room.mjs";

/** Without those that look alike. */
const LETTERS = "23456789abcdefghjkmnpqrstuvwxyz";
/** Messages of all learners together, in a second. */
const MOST_A_SECOND = 50;
const PARTS = {
  "": ["text/html", "class/room.html"],
  "room.js": ["text/javascript", "class/page.js"],
  "room.css": ["text/css", "pages/colours.css", "class/page.css"],
};

/** Ten letters that one can read off a wall and type: more than a trillion of them. */
export function makeToken() {
  return Array.from(randomBytes(10), (byte) => LETTERS[byte % LETTERS.length]).join("");
}

/** A server that does not listen yet; `hosts` are the names by which learners reach it. */
export function makeServer(token, hosts, room = new Room()) {
  let begun = 0;
  let taken = 0;
  const isBusy = () => {
    if (performance.now() - begun > 1_000) [begun, taken] = [performance.now(), 0];
    return ++taken > MOST_A_SECOND;
  };
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 8_192 },
    (request, response) => {
      const [path = "", query] = (request.url ?? "").split("?");
      const [, given = "", part = "", ...more] = path.split("/");
      if (!isSame(given, token) || more.length > 0) return end(response, 404, "There is nothing here.");
      if (request.method === "POST" && part === "") return void receive(request, response, room, isBusy);
      if (request.method !== "GET") return end(response, 405, "This page takes GET and POST only.");
      if (part === "state") return sendState(response, query);
      if (!Object.hasOwn(PARTS, part)) return end(response, 404, "There is nothing here.");
      // So that the page finds its parts.
      if (request.url === `/${token}`) return end(response.setHeader("location", `/${token}/`), 302, "");
      const [type, ...files] = PARTS[part];
      end(response, 200, files.map((file) => readFileSync(inRoot("scripts", file), "utf8")).join(""), type);
    },
  );
  /** All of it, or nothing to a page that has it. */
  const sendState = (response, query) => {
    if (query === `since=${room.version}`) return end(response, 204, "");
    end(response, 200, JSON.stringify({ ...room.state(), addresses: addressesOf() }), "application/json");
  };
  const addressesOf = () => hosts.map((host) => `http://${host}:${portOf(server)}/${token}`);
  server.maxConnections = 600;
  return server;
}

export function portOf(server) {
  return /** @type {import("node:net").AddressInfo} */ (server.address()).port;
}

function isSame(given, token) {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

async function receive(request, response, room, isBusy) {
  try {
    if (isBusy()) throw new Refused(429, "The room is busy: wait a moment, then run the cell again.");
    room.take(await textOf(request));
    end(response, 204, "");
  } catch (error) {
    if (error instanceof Refused) return end(response, error.status, error.message);
    // The learner has gone, or something is wrong here: the others go on.
    if (error.code !== "ECONNRESET") console.error(error);
    response.destroy();
  }
}

async function textOf(request) {
  const parts = [];
  let bytes = 0;
  // The rest of a message that is too long is not read, but it is answered.
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new Refused(413, `That is too much: the page takes ${MOST_BYTES} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function end(response, status, body, type = "text/plain") {
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    // The page runs its own script and no other, whatever a learner has sent.
    "content-security-policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    ...(status === 413 ? { connection: "close" } : {}),
  });
  response.end(body);
}
