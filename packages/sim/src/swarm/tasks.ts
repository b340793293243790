import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../docker/engine.ts';
import { RunError } from '../result/run-error.ts';

/** A container of a service, as the manager of the swarm tells of it. */
export interface Task {
  /** From 1 on, in a service with replicas. */
  readonly slot: number;
  readonly node: string;
  readonly ip: string;
}

/** As the engine says it. */
interface EngineTask {
  readonly Slot?: number;
  readonly NodeID?: string;
  readonly Status: { readonly State: string; readonly Err?: string; readonly Message?: string };
  readonly NetworksAttachments?: readonly {
    readonly Network: { readonly ID: string };
    readonly Addresses?: readonly string[];
  }[];
}

const LOOK_MS = 250;

/** So long may it take until all containers run: for each, since hosts start a few at a time. */
const PATIENCE_MS = 60_000;
const PATIENCE_PER_TASK_MS = 2_000;

const FAILED = new Set(['failed', 'rejected', 'orphaned', 'complete', 'shutdown']);

/**
 * Waits until all `count` containers of a service run. Rejects with a `RunError` when one cannot, with what its host
 * says of it, when it takes too long, or when `signal` is aborted.
 */
export async function runningTasks(
  engine: Engine,
  service: { readonly id: string; readonly what: string; readonly count: number },
  names: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Task[]> {
  const endMs = performance.now() + PATIENCE_MS + service.count * PATIENCE_PER_TASK_MS;
  for (;;) {
    if (signal.aborted) throw new RunError('The run was interrupted while its containers started.');
    const tasks = (await engine.listTasks({
      filters: { service: [service.id] },
    })) as EngineTask[];
    const failed = tasks.find(({ Status }) => FAILED.has(Status.State));
    if (failed !== undefined) throw complaint(failed, names);
    const running = tasks.filter(({ Status }) => Status.State === 'running');
    if (running.length === service.count) return running.map(asTask);
    if (performance.now() > endMs) throw late(service, tasks, names);
    await sleep(LOOK_MS);
  }
}

function asTask({ Slot, NodeID, NetworksAttachments }: EngineTask): Task {
  // `10.0.1.5/24`; the run has one network.
  const [address = ''] = NetworksAttachments?.[0]?.Addresses ?? [];
  return { slot: Slot ?? 0, node: NodeID ?? '', ip: address.split('/')[0]! };
}

function complaint({ NodeID, Status }: EngineTask, names: ReadonlyMap<string, string>): RunError {
  const host = names.get(NodeID ?? '') ?? 'a host';
  const why = (Status.Err ?? Status.Message ?? Status.State).replace(/\.$/, '');
  const hint = /no such image/i.test(why)
    ? '; put the image there with docker save on one host and docker load on the other, or use a registry'
    : '';
  return new RunError(`Host ${host} did not run its part: ${why}${hint}.`);
}

function late(
  { what, count }: { readonly what: string; readonly count: number },
  tasks: readonly EngineTask[],
  names: ReadonlyMap<string, string>,
): RunError {
  const waiting = tasks.filter(({ Status }) => Status.State !== 'running');
  const hosts = [...new Set(waiting.flatMap(({ NodeID }) => names.get(NodeID ?? '') ?? []))];
  const missing = hosts.length === 0 ? '' : ` (not on ${hosts.join(', ')})`;
  const [first] = waiting;
  const why = first?.Status.Err ?? first?.Status.Message ?? 'nobody says why';
  return new RunError(
    `Only ${tasks.length - waiting.length} of ${count} ${what} came up in the swarm${missing}: ${why.replace(/\.$/, '')}; look whether that host answers: docker node ls.`,
  );
}
