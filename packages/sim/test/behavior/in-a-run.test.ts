import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BEHAVIORS } from '../../src/behavior/registry.ts';
import { virtual } from '../../src/runner/virtual.ts';
import { LabFolder, runLab } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(join(temporaryFolder()));

describe.each(Object.keys(BEHAVIORS))('a whole run with %s', (behavior) => {
  const file = lab.write(
    {
      peers: {
        groups: [
          { name: 'ours', count: 4 },
          { name: 'bad', count: 1, behavior },
        ],
      },
      topology: { kind: 'full' },
      images: { copies: 3 },
      phases: [
        { name: 'discover', until: 'discovered', within: '20s' },
        { name: 'steady', for: '1s', requests: { rate: '20/s', missing: '10%' } },
        // For those whose replies ours have to give up.
        { name: 'patience', for: '50s' },
      ],
      expect: ['requests.wrong >= 0', 'requests.failed == 0', 'discovery.complete == true'],
    },
    `${behavior}.yaml`,
  );

  test('ends well, and tells nothing of what that peer knows and counts', async () => {
    const { result, journal } = await runLab(virtual, file);
    expect(result.reasons).toEqual([]);
    expect(result.requests.due).toBeGreaterThan(10);
    const bad = result.perPeer.find(({ group }) => group === 'bad');
    expect(bad).toMatchObject({ known: null, sent: null, received: null, requests: { due: 0 } });
    const number = result.perPeer.indexOf(bad!);
    const told = journal.filter((event) => 'peer' in event && event.peer === number);
    expect(told.map(({ kind }) => kind)).toEqual(['peer-up']);
  });

  test('is the same twice', async () => {
    const [one, other] = [await runLab(virtual, file), await runLab(virtual, file)];
    expect(other.result.virtual!.traceHash).toBe(one.result.virtual!.traceHash);
  });
});
