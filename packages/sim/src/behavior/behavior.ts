import type { CallActions } from './call.ts';
import type { Caller } from './caller.ts';

/**
 * A way to misbehave. What a behaviour has no action for, its peer does as ours do: it greets those that
 * it is started with, says where it listens, learns of others, answers greetings and serves its images.
 */
export interface Behavior extends CallActions {
  /** One sentence for the reference page, without a subject. */
  readonly description: string;
  /** Whether a greeting gets a list by which the peer counts as reached. */
  readonly isReachable: boolean;
  /** Begins what the peer does by itself. */
  onStart?(caller: Caller): void;
}
