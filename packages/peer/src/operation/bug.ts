/** An exception out of the peer itself, as it is told. Not safe for a terminal. */
export interface Bug {
  /** `TypeError: …`, one line. */
  readonly error: string;
  /** Where it was thrown, `serving.ts:120:5`; empty when that is not known. */
  readonly at: string;
  readonly stack: string;
}

/** Reads an exception, or the stack of one that was thrown in another thread. */
export function readBug(thrown: unknown): Bug {
  const stack = String((thrown as Error | undefined)?.stack ?? thrown);
  const [error = ''] = stack.split('\n', 1);
  const at = /^ +at .*?([^\s/(]+:\d+:\d+)\)?$/m.exec(stack)?.[1] ?? '';
  return { error, at, stack };
}
