import type { Scene } from './tracker.ts';

/** A form in which a journal is shown. */
export interface Sink {
  /** Whether nothing of what it took is to be seen in it. */
  readonly isEmpty: boolean;
  /** Takes an event that the filter lets through. */
  take(scene: Scene): void;
  /** Text for the screen that has come together since the last call; empty for none. */
  text(): string;
  /** Nothing more comes after `endUs`. Returns a sentence on what was written, or the rest of the text. */
  finish(endUs: number): string;
  /** Gives a file its name, after `finish`, when all has gone well. */
  keep(): void;
  /** Lets go of files; what was not kept is gone. */
  close(): void;
}
