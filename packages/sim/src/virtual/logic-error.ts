import type { World } from './world.ts';

/**
 * Something in the logic of a peer, or in the world itself, has thrown: a bug, which the same seed brings
 * about again. The message is one sentence with the event and the place.
 */
export class LogicError extends Error {
  readonly code = 'LOGIC_ERROR';

  constructor({ events, nowUs }: World, cause: unknown) {
    const { name = 'Error', message = String(cause), stack = '' } = cause as Error;
    const place = /\((?:file:\/\/)?\S*\/(\S+?:\d+):\d+\)/.exec(stack)?.[1] ?? 'an unknown place';
    const when = `event ${events}, at ${nowUs / 1e6} s`;
    super(`A bug in a peer or in the lab: ${name}: ${message} (${place}) in ${when}`, { cause });
    this.name = 'LogicError';
  }
}
