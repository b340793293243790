import { EXIT } from './exit-codes.ts';

/** A signal that comes again within this time is the same one on two ways (terminal and launcher). */
const ECHO_MS = 300;

/**
 * Turns the first SIGINT, SIGTERM or SIGHUP into an `AbortSignal`, so that everything is cleared away
 * in order; a second one ends the program at once.
 */
export function interruptible(): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let firstMs = -Infinity;
  const interrupt = (): void => {
    if (controller.signal.aborted && performance.now() - firstMs > ECHO_MS) {
      process.exit(EXIT.interrupted);
    }
    if (controller.signal.aborted) return;
    firstMs = performance.now();
    controller.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    dispose: () => {
      // While an interrupted run says its last words, a second signal must not end it by itself.
      if (controller.signal.aborted) return;
      for (const signal of signals) process.off(signal, interrupt);
    },
  };
}
