/** Shows that a comparison runs, while it runs, and lets the kernel's Stop end it. */
import { writeTo } from "../../remote/outputRoutes";
import { setImmediate } from "node:timers/promises";
import { onStop } from "../../base/interrupt";
import type { Interrupted } from "../../base/interrupt";
import { countBusyWorkers } from "../../base/busyWorkers";
import { measure, type Comparison, type MeasureOptions, type Variants } from "../../timing/measure";
import { changingDisplay, inNotebook } from "../display";
import { escapeMarkup } from "../draw/text";
import { FONT } from "../draw/theme";

/** Milliseconds before the first sign, and between two changes. Short comparisons show none. */
const PACE = 500;

interface Running {
  /** To be awaited between the runs: a loop of synchronous code would let neither the sign out nor Stop in. */
  readonly step: (name: string, phase: string, share: number) => Promise<void>;
  readonly close: () => void;
}

/** Measures, and shows meanwhile how far it is, under that title. */
export async function measureVisibly(variants: Variants, options: MeasureOptions, title: string): Promise<Comparison> {
  const running = openRunning(title);
  try {
    return await measure(variants, options, { watchWork: countBusyWorkers, step: running.step });
  } finally {
    running.close();
  }
}

function openRunning(title: string): Running {
  const notebook = inNotebook();
  const { stderr } = process;
  let drawn = performance.now();
  let place: ReturnType<typeof changingDisplay>;
  let written = false;
  let interrupted = false;
  let pressed: Interrupted | undefined;
  // The sign is no result: nothing of it stays.
  const clear = (): void => place?.({ mime: "text/html", rich: "<span></span>", text: "" });
  // How a kernel without the launcher is stopped. A terminal has its own Ctrl-C, which a listener would disable.
  const onInterrupt = (): void => {
    interrupted = true;
    clear();
  };
  if (notebook) process.on("SIGINT", onInterrupt);
  // Code that never waits is ended where it is, and then nothing of what follows it is run, close() included.
  const forgetStop = onStop((error) => {
    pressed = error;
    forget();
    clear();
  });
  const forget = (): void => {
    forgetStop();
    process.off("SIGINT", onInterrupt);
  };

  const draw = (line: string, share: number): void => {
    if (notebook) {
      place ??= changingDisplay();
      place?.({ mime: "text/html", rich: asHtml(line, share), text: line });
    } else if (stderr.isTTY) {
      written = true;
      writeTo(
        "stderr",
        `\r${Array.from(line)
          .slice(0, Math.max(1, (stderr.columns || 80) - 1))
          .join("")}\u001b[K`,
      );
    }
  };
  return {
    async step(name, phase, share) {
      if (performance.now() - drawn >= PACE && pressed === undefined) {
        drawn = performance.now();
        draw(`${title}: ${name}, ${phase}`, share);
      }
      await setImmediate();
      if (pressed !== undefined) throw pressed;
      if (interrupted) throw new Error("The comparison was stopped before its end: nothing of it is kept.");
    },
    close() {
      forget();
      if (pressed === undefined && !interrupted) clear();
      if (written) writeTo("stderr", "\r\u001b[K");
    },
  };
}

function asHtml(line: string, share: number): string {
  return (
    `<div style="max-width:600px;font:13px/1.5 ${FONT}">${escapeMarkup(line)}` +
    `<div style="height:4px;margin-top:4px;border-radius:2px;background:rgba(128,128,128,0.3)">` +
    `<div style="height:100%;width:${Math.round(share * 100)}%;border-radius:2px;background:#1f83c6"></div></div></div>`
  );
}
