// Counts the words of one file as alone.cjs does, by bare worker threads; it prints the most memory that it had, in bytes.
const { startThreads } = require("./countingThreads.cjs");

const [path, workers, parts] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

async function main() {
  const threads = await startThreads(workers);
  const answer = await threads.count(path, parts);
  console.log(JSON.stringify({ answer, peak: process.resourceUsage().maxRSS * 1024 }));
  await threads.end();
}
void main();
