/**
 * With which of the program's options its workers and processes are started: they wait for no debugger of their own, do not take the port of its, and do not
 * run the program of `node -e` once more.
 */

const NOT_OF_CHILDREN = /^(--(inspect|debug-port|eval|print|interactive|check|input-type)|-(e|p|pe|i|c)$)/;
const WITH_VALUE = /^(--(inspect-port|debug-port|inspect-publish-uid|eval|print|input-type)|-(e|p|pe))$/;
/** By these a program waits for its debugger before its first line. */
const WAITS = /^--inspect-(brk|wait)/;
/** What a thread takes over of a program's options all the same; Node refuses it others, which are the whole program's anyway. */
const OF_THREADS =
  /^(-r|-C|--(require|import|loader|experimental-loader|conditions|enable-source-maps|no-warnings))(=|$)/;

interface Options {
  execArgv: string[];
  env: NodeJS.ProcessEnv;
}

/** For child_process. */
export function optionsOfChildren(): Options {
  const { execArgv, env } = process;
  return {
    execArgv: execArgv.filter(
      (option, index) => !NOT_OF_CHILDREN.test(option) && !WITH_VALUE.test(execArgv[index - 1] ?? ""),
    ),
    env: env.NODE_OPTIONS
      ? { ...env, NODE_OPTIONS: env.NODE_OPTIONS.replace(/(?<!\S)--(inspect|debug-port)\S*(\s+[^-\s]\S*)?/g, "") }
      : env,
  };
}

/** For worker_threads: nothing where the program's own options do. */
export function optionsOfThreads(): Partial<Options> {
  const { execArgv, env } = optionsOfChildren();
  if (![...process.execArgv, ...(process.env.NODE_OPTIONS ?? "").split(/\s+/)].some((option) => WAITS.test(option)))
    return {};
  return {
    env,
    execArgv: execArgv.filter(
      (option, index) =>
        OF_THREADS.test(option) || (!option.startsWith("-") && OF_THREADS.test(execArgv[index - 1] ?? "")),
    ),
  };
}
