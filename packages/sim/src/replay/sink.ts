import type { Scene } from './tracker.ts';

/** A form in which a journal is shown. */
export interface Sink {
  /** Takes an event that the filter lets through. */
  take(scene: Scene): void;
  /** Text for the screen that has come together since the last call; empty for none. */
  text(): string;
  /** Nothing more comes after `endUs`. Returns a sentence on what was written, or the rest of the text. */
  finish(endUs: number): string;
  /** Lets go of files, whether or not all went well. */
  close(): void;
}
