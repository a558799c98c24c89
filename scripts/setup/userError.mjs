/** A bad surrounding that the user can put right: one sentence, the remedy and, if it helps, the last lines of a tool. */
export class UserError extends Error {
  constructor(message, remedy, details) {
    super(message);
    this.name = "UserError";
    this.remedy = remedy;
    this.details = details;
  }
}

const again = "then run the same command again; it goes on where it stopped.";

const known = [
  {
    signs: /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded|not enough space on the disk/i,
    message: () => "The disk is full.",
    remedy: `Free about 1 GB on the disk of this folder, ${again}`,
  },
  {
    signs: /EROFS|read-only file ?system/i,
    message: () => "This folder cannot be written to: its file system is read-only.",
    remedy: "Copy the project to a folder of your own and run the command there.",
  },
  {
    signs: /EACCES|EPERM|Permission denied/i,
    message: (tool) => `${tool} was not allowed to write a file.`,
    remedy: `Make sure that this folder belongs to you and that no program holds its files open, ${again}`,
  },
  {
    signs: new RegExp(
      [
        "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT",
        "NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|Max retries exceeded",
      ].join("|"),
    ),
    message: (tool) => `${tool} cannot reach its package registry: there seems to be no network.`,
    remedy: `Check the connection (and the proxy, if you need one), ${again}`,
  },
];

/** What went wrong, judged by what a failed tool printed or by the code of a system error; undefined when unknown. */
export function recognise(tool, text) {
  const kind = known.find(({ signs }) => signs.test(text));
  return kind && new UserError(kind.message(tool), kind.remedy);
}
