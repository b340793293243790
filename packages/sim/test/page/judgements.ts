import type { Judgement } from '../../src/check/ground-truth.ts';
import type { RequestDone } from '../../src/journal/event.ts';

/** A request that was answered correctly after 5 ms, but for what is given. */
export function judgementOf(
  request: number,
  part: {
    class?: Judgement['class'];
    atUs?: number;
    tookUs?: number | null;
    peer?: number;
    image?: number;
    why?: string;
    asked?: number;
  } = {},
): Judgement {
  const { atUs = request * 1_000, tookUs = 5_000, peer = 0, image = 0, asked = 1 } = part;
  const due = { kind: 'due', atUs, request, phase: 0, peer, image } as const;
  const attempts = Array.from({ length: asked }, (_, i) => ({
    peer: 1,
    outcome: i === asked - 1 ? ('found' as const) : ('not-found' as const),
  }));
  const answer: RequestDone = {
    ...{ kind: 'done' as const, atUs: atUs + (tookUs ?? 0), request, from: 1 },
    ...{ outcome: 'found' as const, sizeBytes: 1_000, sha256: '', attempts },
  };
  const done = tookUs === null ? null : answer;
  return { due, done, class: part.class ?? 'correct', why: part.why ?? '' };
}
