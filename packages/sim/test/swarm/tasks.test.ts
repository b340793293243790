import { afterEach, expect, test, vi } from 'vitest';
import type { Engine } from '../../src/docker/engine.ts';
import { runningTasks } from '../../src/swarm/tasks.ts';

afterEach(() => void vi.useRealTimers());

/** An engine whose tasks are in these states, one on each host. */
function engineWith(states: readonly string[]): Engine {
  const tasks = states.map((State, i) => ({
    NodeID: `node-${i + 1}`,
    Status: { State, Message: 'scheduled.' },
  }));
  return { listTasks: () => Promise.resolve(tasks) } as unknown as Engine;
}

test('agents that do not come up are told with the hosts that they are missing on', async () => {
  vi.useFakeTimers();
  const names = new Map([
    ['node-1', 'one'],
    ['node-2', 'two'],
    ['node-3', 'three'],
  ]);
  const service = { id: 'agents', what: 'agents', count: 3 };
  const { signal } = new AbortController();
  const waiting = runningTasks(
    engineWith(['running', 'assigned', 'running']),
    service,
    names,
    signal,
  );
  const told = expect(waiting).rejects.toThrow(
    'Only 2 of 3 agents came up in the swarm (not on two): scheduled; look whether that host answers: docker node ls.',
  );
  await vi.advanceTimersByTimeAsync(600_000);
  await told;
});
