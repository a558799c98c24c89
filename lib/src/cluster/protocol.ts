/** What a pool and its machines say to each other: every message is one of these; large parts come beside it as bytes. */
import type { SchedulerOptions } from "../pool/scheduler/executor";
import type { TaskTimes, WorkerSetup } from "../pool/protocol/messages";
import type { Failure } from "../remote/failure";
import type { OutputRoute, Stream } from "../remote/outputRoutes";

/** What the bytes of items or results are: a packed message, numbers only, or a list of primitives and arrays of bytes. */
export type Form = "packed" | "numbers" | "list";

/** What a machine says first. */
export interface Hello {
  readonly is: "hello";
  /** Version of the library. */
  readonly library: string;
  /** Version of Node. */
  readonly node: string;
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly workers: number;
}

/** What the pool of a machine tells of an error that it made itself, such as the death of a worker; those of functions are failures. */
export interface PoolError {
  readonly name: string;
  readonly message: string;
  readonly exitCode: number | null | undefined;
}

export type FromMachine =
  | Hello
  /** Its workers are there, and their initializers have run, or failed. */
  | { readonly is: "ready"; readonly failure: Failure | PoolError | undefined }
  /** It has workers for these tasks, and begins those that are answered with `go`: whoever loses the machine knows which may have run. */
  | { readonly is: "begun"; readonly ids: readonly number[] }
  /** The results come beside it. */
  | {
      readonly is: "replied";
      readonly id: number;
      readonly worker: number;
      readonly times: TaskTimes;
      readonly outcome: Form | { readonly failure: Failure };
    }
  | { readonly is: "failed"; readonly id: number; readonly error: Failure | PoolError }
  | { readonly is: "print"; readonly stream: Stream; readonly text: string; readonly route: OutputRoute }
  /** The answer to `clock`: what was asked, and the machine's own clock. */
  | { readonly is: "clock"; readonly asked: number; readonly clock: number };

export type ToMachine =
  /** The packed initializer comes beside it, where there is one. */
  | {
      readonly is: "welcome";
      readonly setup: Omit<WorkerSetup, "initializer"> & {
        readonly machine: string;
        readonly options: SchedulerOptions;
      };
    }
  | { readonly is: "refused"; readonly why: string }
  /** A function that later tasks name; its code comes beside it. */
  | { readonly is: "function"; readonly fn: number; readonly name: string; readonly once: boolean }
  | { readonly is: "forget"; readonly fn: number }
  /** The items come beside it. */
  | {
      readonly is: "task";
      readonly id: number;
      readonly fn: number;
      readonly route: OutputRoute;
      readonly form: Form;
      readonly spread: boolean;
      readonly first: number | undefined;
      readonly count: number;
      readonly timeout: number | undefined;
    }
  /** The machine may begin these. */
  | { readonly is: "go"; readonly ids: readonly number[] }
  /** Nobody waits for it any more: a worker that runs it is ended. */
  | { readonly is: "stop"; readonly ids: readonly number[] }
  | { readonly is: "clock"; readonly asked: number }
  /** It is to end, its workers in an orderly way. */
  | { readonly is: "end" };
