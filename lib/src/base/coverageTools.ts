/** Does c8 or nyc measure which code runs, in workers and processes, too? They write it when a thread or process ends in an orderly way. */
export const isMeasured = (): boolean =>
  process.env.NODE_V8_COVERAGE !== undefined || process.env.NYC_CONFIG !== undefined;
