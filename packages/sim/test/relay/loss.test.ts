import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { vi } from 'vitest';
import { Random } from '../../src/random/random.ts';
import { Pacer } from '../../src/relay/fault/bandwidth.ts';
import { loss } from '../../src/relay/fault/loss.ts';
import type { StreamFault } from '../../src/relay/fault/stream-fault.ts';
import { Flow } from '../../src/relay/flow.ts';
import { ReadBuffers } from '../../src/relay/read-buffers.ts';
import { lossContract, type LossyLink } from '../fault/loss.contract.ts';
import { rule } from './relayed-peers.ts';

/** A flow on a clock of its own. */
function makeLink(isStanding: boolean): LossyLink {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const startMs = performance.now();
  const told: string[] = [];
  const tell = (what: string): void => {
    // The timers of a flow ring up to a millisecond late.
    const tenths = Math.floor((performance.now() - startMs) / 100) / 10;
    told.push(`${tenths.toFixed(1)} ${what}`);
  };
  const target = new Writable({
    write(bytes: Uint8Array, _encoding, done) {
      tell(`data ${bytes.length}`);
      done();
    },
  });
  target.end = () => {
    tell('end');
    return target;
  };
  const events = { onOpen: () => tell('call'), onReset: () => (tell('lost'), flow.stop()) };
  const flow = new Flow(new ReadBuffers(), events, !isStanding);
  flow.connect(null, target as unknown as Socket);
  const faults = new Set<StreamFault>();
  const change = (): void => flow.setFaults([...faults]);
  return {
    lose(share) {
      const place = { random: Random.fromSeed(1), isOpen: true, pacer: new Pacer() };
      const fault = loss(rule({ loss: share }), place)!;
      faults.add(fault);
      change();
      return () => {
        faults.delete(fault);
        change();
      };
    },
    call: () => flow.mark('open'),
    send(count) {
      for (let left = count; left > 0;) {
        const buffer = flow.buffer();
        const some = Math.min(left, buffer.length);
        flow.take(some, buffer);
        left -= some;
      }
    },
    end: () => flow.mark('end'),
    until: (seconds) => void vi.advanceTimersByTime(startMs + seconds * 1_000 - performance.now()),
    told: () => told,
    close() {
      flow.stop();
      vi.useRealTimers();
    },
  };
}

lossContract('in the relay', makeLink);
