import { describe, expect, test } from 'vitest';
import { Troubles } from '../../src/check/troubles.ts';
import { GOOD_LINK } from '../../src/fault/trouble.ts';
import type { PlannedFault } from '../../src/plan/faults.ts';
import type { FaultAction } from '../../src/scenario/scenario.ts';
import { planOf } from '../plans.ts';

/** A planned fault of which nothing counts but what it does, and to whom. */
function faultOf(action: FaultAction, targets: Partial<PlannedFault>): PlannedFault {
  const fault = { phase: null, offsetUs: 0, forUs: 10, action, text: '', line: 1 };
  return { fault, peers: [], parts: [], from: [], to: [], ...targets };
}

/** What is wrong while one fault lasts, from 10 to 20. */
function during(planned: PlannedFault): Troubles {
  const troubles = new Troubles(planOf({ faults: [planned] }));
  troubles.write({ kind: 'fault-begins', atUs: 10, fault: 0 });
  troubles.write({ kind: 'fault-ends', atUs: 20, fault: 0 });
  return troubles;
}

describe('the trouble of a peer', () => {
  const troubles = new Troubles(planOf({}));
  troubles.write({ kind: 'peer-down', atUs: 10, peer: 1, isPlanned: true, how: '' });
  troubles.write({ kind: 'peer-up', atUs: 20, peer: 1, address: '', hasFiles: true });
  troubles.write({ kind: 'peer-paused', atUs: 30, peer: 1 });
  troubles.write({ kind: 'peer-resumed', atUs: 40, peer: 1 });

  test.each([
    [0, 9, null],
    [0, 10, 'was down'],
    [12, 13, 'was down'],
    [20, 29, 'was down'],
    [21, 29, null],
    [21, 30, 'stood still'],
    [40, 50, 'stood still'],
    [41, 50, null],
  ])('from %d to %d is %s: what began or ended in a moment was there in it', (from, to, what) => {
    expect(troubles.ofPeer(1, from, to)).toBe(what);
    expect(troubles.ofPeer(0, from, to)).toBeNull();
  });

  test('counts for those who ask it', () => {
    expect(troubles.between(0, 1, 12, 13)).toBe('was down');
    expect(troubles.between(1, 0, 12, 13)).toBeNull();
  });
});

describe('the trouble of a link', () => {
  const action = (rule = {}): FaultAction => {
    return { kind: 'link', from: [], to: [], rule: { ...GOOD_LINK, ...rule } };
  };
  const CUT = { cut: 'one-way' } as const;
  const ends = { from: [0], to: [1] };

  test('concerns both who asks and who answers, and nobody else', () => {
    const troubles = during(faultOf(action(CUT), ends));
    expect(troubles.ofLink(0, 1, 15, 15)).toBe('had trouble with its link');
    expect(troubles.ofLink(1, 0, 15, 15)).toBe('had trouble with its link');
    expect(troubles.ofLink(0, 2, 15, 15)).toBeNull();
  });

  test('is over when the fault is', () => {
    const troubles = during(faultOf(action(CUT), ends));
    expect(troubles.ofLink(0, 1, 20, 99)).not.toBeNull();
    expect(troubles.ofLink(0, 1, 21, 99)).toBeNull();
  });

  test.each([
    [{ latencyUs: 60_000, jitterUs: 20_000, slowCloseUs: 20_000 }, [false, false, false]],
    [{ latencyUs: 60_000, jitterUs: 20_000, slowCloseUs: 20_001 }, [true, false, false]],
    [{ bandwidthBytesPerSecond: 1 }, [true, false, false]],
    [{ loss: 0.1 }, [true, true, false]],
    [{ cut: 'one-way' }, [true, true, false]],
    [{ isReset: true }, [true, true, false]],
    [{ isHalfOpen: true }, [true, true, false]],
    [{ limitBytes: 1 }, [true, true, false]],
    [{ corrupt: 0.1 }, [true, true, true]],
  ])('%j: slow, cut short, changed are %j', (rule, harms) => {
    const troubles = during(faultOf(action(rule), ends));
    const does = (['slow', 'cut-short', 'changed'] as const).map(
      (least) => troubles.ofLink(0, 1, 15, 15, least) !== null,
    );
    expect(does).toEqual(harms);
  });

  test.each([
    ['natural', { jitterUs: 3_000_000 }, false],
    ['random', { jitterUs: 3_000_000 }, true],
    ['every-byte', { latencyUs: 1_000_000 }, true],
    ['every-byte', { jitterUs: 999_999 }, false],
  ] as const)('cuts names short where they come in pieces: %s, %j', (segments, rule, isCut) => {
    const plan = planOf({ faults: [faultOf(action(rule), ends)] });
    const { scenario } = plan;
    const network = { ...scenario.network, segments };
    const troubles = new Troubles({ ...plan, scenario: { ...scenario, network } });
    troubles.write({ kind: 'fault-begins', atUs: 10, fault: 0 });
    expect(troubles.ofLink(0, 1, 15, 15, 'cut-short') !== null).toBe(isCut);
    expect(troubles.ofLink(0, 1, 15, 15)).not.toBeNull();
  });

  test('is of those in different parts, not of those in the same or in none', () => {
    const parted = during(faultOf({ kind: 'partition', parts: [] }, { parts: [[0], [1, 2]] }));
    expect(parted.ofLink(2, 0, 15, 15)).toBe('was cut off');
    expect(parted.ofLink(1, 2, 15, 15)).toBeNull();
    expect(parted.ofLink(0, 3, 15, 15)).toBeNull();
  });
});
