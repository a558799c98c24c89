/** Who waits until all workers of a crew are there. */

export class Readiness {
  private readonly waiters: { resolve(): void; reject(error: unknown): void }[] = [];

  wait(): Promise<void> {
    return new Promise((resolve, reject) => this.waiters.push({ resolve, reject }));
  }

  reached(): void {
    for (const { resolve } of this.waiters.splice(0)) resolve();
  }

  missed(error: unknown): void {
    for (const { reject } of this.waiters.splice(0)) reject(error);
  }
}
