import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { roomProblem } from '../../src/cli/room.ts';
import type { PeerGroup } from '../../src/scenario/scenario.ts';
import { scenarioOf } from '../plans.ts';

const OURS: PeerGroup = { name: 'ours', count: 2, run: null, behavior: null, known: null };

/** Whether containers of so many peers that all know one another are refused for their neighbours. */
function isCrowded(count: number): boolean {
  const scenario = scenarioOf({ groups: [{ ...OURS, count, known: count }] });
  return roomProblem(scenario, 'docker')?.includes(' entries for neighbours, ') ?? false;
}

test('containers that would look up more neighbours than the system keeps are refused', () => {
  const file = '/proc/sys/net/ipv4/neigh/default/gc_thresh3';
  const most = Number(readFileSync(file, 'utf8'));
  // Each of n looks up the n - 1 others and the lab, and the lab each of them.
  const fitting = Math.floor((Math.sqrt(1 + 4 * most) - 1) / 2);
  expect(isCrowded(fitting)).toBe(false);
  expect(isCrowded(fitting + 1)).toBe(true);
});

test('processes look up nobody', () => {
  const scenario = scenarioOf({ groups: [{ ...OURS, count: 900, known: 900 }] });
  expect(roomProblem(scenario, 'process') ?? '').not.toContain('neighbours');
});
