/**
 * Timers of the library's own work, such as the end of a worker that does not end by itself. The global ones belong to the program: it may replace
 * them, and in a notebook those that a stopped cell starts never fire. A wait that the user asks for takes the global ones, so that Stop ends it.
 */
export { clearInterval, clearTimeout, setInterval, setTimeout } from "node:timers";
