/** What of the platform the library's types name, for programs that are compiled without the types of Node or of browsers: those take long. */
declare class AbortSignal {
  readonly aborted: boolean;
}
