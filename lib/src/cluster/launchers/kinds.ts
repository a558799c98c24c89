/** How machines are started: what users see of it. It imports nothing: a program that uses it need not have the types of Node. */

/** How machines are started; made by `local`, `ssh`, `slurm` and `connect`. */
export interface Launcher {
  readonly kind: "local" | "ssh" | "slurm" | "connect";
}
