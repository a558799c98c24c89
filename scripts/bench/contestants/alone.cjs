// A program that counts words in one file and does nothing else; it prints the most memory that it had, in bytes.
const mp = require("parallel-typescript");

const WORDS = ["dog", "cat", "boy", "girl"];
const [path, workers, parts] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

mp.withPool(workers, async (pool) => {
  const counts = await pool.map((range) => mp.countWords(range, WORDS), mp.fileRanges(path, parts), { chunkSize: 1 });
  const answer = WORDS.map((word) => counts.reduce((sum, each) => sum + each[word], 0));
  // Workers are threads of this process, so this is the memory of all of it.
  console.log(JSON.stringify({ answer, peak: process.resourceUsage().maxRSS * 1024 }));
});
