import { expect, test } from 'vitest';
import type { HarnessLoad, JournalEvent } from '../../src/journal/event.ts';
import { LabStrain, type PhaseStrain } from '../../src/stats/lab-strain.ts';

const IDLE: HarnessLoad = { cores: 0.1, loopShare: 0.1, machineShare: 0.2, isShortOfFiles: false };

function start(phase: number): JournalEvent {
  return { kind: 'phase-start', atUs: 0, phase };
}

function sample(lagUs: number, load?: Partial<HarnessLoad>): JournalEvent {
  const all = load && { load: { ...IDLE, ...load } };
  return { kind: 'harness', atUs: 0, lagUs, rssBytes: 1, ...all };
}

function strainOf(phases: number, events: readonly JournalEvent[]): readonly PhaseStrain[] {
  const strain = new LabStrain(phases);
  for (const event of events) strain.write(event);
  return strain.phases;
}

test('a sample counts for the phase that goes on, and for the one that ended since the last one', () => {
  const events = [sample(9), start(0), sample(1), start(1), sample(5), sample(2)];
  const [first, second] = strainOf(2, events);
  expect([first!.peakLagUs, second!.peakLagUs]).toEqual([5, 5]);
  const [before, after] = strainOf(2, [start(0), sample(1), start(1), sample(2), sample(7)]);
  expect([before!.peakLagUs, after!.peakLagUs]).toEqual([2, 7]);
});

test('samples are counted by what was short in them', () => {
  const [phase] = strainOf(1, [
    start(0),
    sample(0, {}),
    sample(0, { loopShare: 0.949, machineShare: 0.949 }),
    sample(0, { loopShare: 0.95, cores: 0.5 }),
    sample(0, { loopShare: 1, cores: 1.25, machineShare: 1 }),
    sample(0, { machineShare: null, isShortOfFiles: true }),
  ]);
  expect(phase).toMatchObject({
    samples: 5,
    busy: 2,
    busyCores: 1.75,
    machineBusy: 1,
    withoutFiles: 1,
  });
});

test('lateness is added up over the time that the samples are of', () => {
  const at = (atUs: number, lagUs: number): JournalEvent => ({ ...sample(lagUs), atUs });
  const [phase] = strainOf(1, [start(0), at(100, 30), at(300, 5)]);
  expect(phase).toMatchObject({ lateUs: 35, spanUs: 300, peakLagUs: 30 });
});

test('samples of a world without a pace tell of nothing but lateness', () => {
  expect(strainOf(1, [start(0), sample(3)])[0]).toMatchObject({ peakLagUs: 3, samples: 0 });
});
