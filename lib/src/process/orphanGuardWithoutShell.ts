/**
 * A small process that outlives its parent by a moment: when the parent is gone, however it went, it kills the parent's
 * children that are still there, those included that spin in an endless loop and would never notice. It is given the first pids as arguments, and reads "+pid" and "-pid" lines.
 */
const children = new Set(process.argv.slice(2).map(Number));
let rest = "";

// Stop is for those who work: a terminal's Ctrl-C reaches every process of its group.
process.on("SIGINT", () => undefined);
process.stdin.setEncoding("utf8");
process.stdin.on("data", (text: string) => {
  const lines = (rest + text).split("\n");
  rest = lines.pop() as string;
  for (const line of lines) {
    const pid = Number(line.slice(1));
    if (line.startsWith("+")) children.add(pid);
    else children.delete(pid);
  }
});
process.stdin.on("close", () => {
  for (const pid of children) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
});
