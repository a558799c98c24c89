/** `mp.share`: sends a learner's results to the page of the room (`npm run class`), once, and shows what it sends. */
import { describe } from "../../base/errors";
import { onStop, type Interrupted } from "../../base/interrupt";
import { needNode } from "../../base/runtime";
import * as timers from "../../base/timers";
import { coresInWords } from "../../timing/whatChanged";
import { verdictInBrief } from "../../timing/verdict";
import { showSentences } from "../display";
import { ownResults, type OwnResults, type SharedResult } from "./ownResults";

const LONGEST_NAME = 40;
/** Milliseconds in which the page must have answered. */
const PATIENCE = 10_000;
const EXAMPLE = 'share("http://192.168.1.20:4000/k7mz4q2pxd", "our table")';

/**
 * Sends what was measured here in the last hours, and the numbers of the exercises solved, to the page that the teacher shows with `npm run class`. It shows what
 * it sends: speed-ups, the number of cores, the name that is given. The machine's name and the code stay here. What is sent again takes the place of what was sent before.
 *
 * @param address the address that the teacher shows, such as "http://192.168.1.20:4000/k7mz4q2pxd"
 * @param name how the page calls you, at most 40 characters; left out, it gives a number
 * @throws (rejects) TypeError or RangeError for wrong arguments, Error when nobody answers there or the page refuses, and when the kernel's Stop was pressed
 *
 * @example
 * await mp.share("http://192.168.1.20:4000/k7mz4q2pxd", "our table");
 */
export async function share(address: string, name = ""): Promise<void> {
  needNode("share");
  const url = checkAddress(address);
  const own = ownResults(checkName(name));
  showSentences([`Sending to ${url.host}:`, ...inWords(own)]);
  const answer = await post(url, own);
  if (answer.status !== 204) throw new Error(refusal(answer.status, url, answer.text));
}

function checkAddress(address: unknown): URL {
  const url = typeof address === "string" && URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(
      `share expects the address that the teacher shows, e.g. ${EXAMPLE}, but ${describe(address)} came.`,
    );
  }
  return url;
}

function checkName(name: unknown): string {
  if (typeof name !== "string")
    throw new TypeError(`share expects the name to be a string, e.g. ${EXAMPLE}, but ${describe(name)} came.`);
  if (name.length > LONGEST_NAME)
    throw new RangeError(`share expects a name of at most ${LONGEST_NAME} characters, but ${describe(name)} came.`);
  return name.trim();
}

function inWords({ name, cores, results, solved }: OwnResults): string[] {
  return [
    `  ${name === "" ? "no name" : `the name "${name}"`}, ${coresInWords(cores)}`,
    ...(results.length === 0 ? ["  no comparison: none with a title was made in the last 12 hours"] : []),
    ...results.map((result) => `  ${result.title}: ${result.variant} ${inBrief(result)}`),
    `  exercises solved: ${solved.join(", ") || "none"}`,
  ];
}

function inBrief({ kind, ratio }: SharedResult): string {
  return verdictInBrief({ kind, ratio, low: ratio, high: ratio, rounds: 0 });
}

async function post(url: URL, own: OwnResults): Promise<{ status: number; text: string }> {
  const controller = new AbortController();
  let stopped: Interrupted | undefined;
  const forget = onStop((error) => {
    stopped = error;
    controller.abort();
  });
  const timer = timers.setTimeout(() => controller.abort(), PATIENCE);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(own),
      // Nobody else may be told.
      redirect: "error",
      signal: controller.signal,
    });
    return { status: response.status, text: (await response.text()).slice(0, 200) };
  } catch (error) {
    if (stopped !== undefined) throw stopped;
    throw new Error(
      `No page of a room answers at ${url.host}, so nothing was sent. Compare the address with the one on the wall, and ask the teacher whether npm run class is running and you are in the same network.`,
      { cause: error },
    );
  } finally {
    timers.clearTimeout(timer);
    forget();
  }
}

function refusal(status: number, url: URL, text: string): string {
  return status === 404
    ? `The page at ${url.host} does not know the part of the address after it: compare it with the one on the wall, letter by letter.`
    : `The page at ${url.host} did not take it (${status}): ${text}`;
}
