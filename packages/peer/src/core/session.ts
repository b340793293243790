import type { Timed } from './deadlines.ts';
import type { BodyProblem, CloseCause, ConnectionHandler, ReceivedBody } from './host.ts';

/**
 * One connection's worth of protocol. Does nothing by itself: each kind of session overrides what it
 * cares about.
 */
export abstract class Session implements ConnectionHandler, Timed {
  deadlineUs: number = 0;
  deadlineIndex: number = -1;

  onOpen(): void {}
  onData(_bytes: Uint8Array): void {}
  onEnd(): void {}
  onDrain(): void {}
  onImageSent(): void {}
  onBody(_body: ReceivedBody): void {}
  onBodyFailed(_problem: BodyProblem): void {}
  abstract onDeadline(): void;
  abstract onClose(cause: CloseCause): void;
}
