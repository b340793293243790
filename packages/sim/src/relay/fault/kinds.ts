import type { LinkRule } from '../../scenario/scenario.ts';
import { bandwidth } from './bandwidth.ts';
import { byteLimit } from './byte-limit.ts';
import { corruption } from './corruption.ts';
import { cut } from './cut.ts';
import { halfOpen } from './half-open.ts';
import { jitter } from './jitter.ts';
import { latency } from './latency.ts';
import { loss } from './loss.ts';
import { reset } from './reset.ts';
import { slowClose } from './slow-close.ts';
import type { FaultKind, FaultPlace, StreamFault } from './stream-fault.ts';

const KINDS: readonly [name: string, kind: FaultKind][] = [
  ['latency', latency],
  ['jitter', jitter],
  ['bandwidth', bandwidth],
  ['loss', loss],
  ['corruption', corruption],
  ['cut', cut],
  ['reset', reset],
  ['half-open', halfOpen],
  ['byte-limit', byteLimit],
  ['slow-close', slowClose],
];

/** The faults that a rule brings to a place, each with a generator of its own. */
export function makeFaults(rule: LinkRule, place: FaultPlace): StreamFault[] {
  return KINDS.flatMap(
    ([name, kind]) => kind(rule, { ...place, random: place.random.fork(name) }) ?? [],
  );
}
