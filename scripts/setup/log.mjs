/** One line of progress. */
export function say(text) {
  console.log(text);
}

/** Says what begins, does it, and says how long it took. */
export async function during(text, work) {
  const start = performance.now();
  say(`${text} ...`);
  const result = await work();
  say(`  done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
