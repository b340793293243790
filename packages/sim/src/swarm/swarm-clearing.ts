import { setTimeout as sleep } from 'node:timers/promises';
import { engineComplaint, isSettled, type Engine } from '../docker/engine.ts';
import { isAbandoned, type Labels } from '../docker/labels.ts';
import { SWARM_RUN_LABEL } from './swarm-labels.ts';

/** A network is removed when the containers on it are gone, which takes a while. */
const AGAIN_MS = 250;
const PATIENCE_MS = 30_000;

/** Removes what labs have left on a swarm that were killed, and touches nothing of one that lives. */
export async function clearAbandonedRuns(engine: Engine): Promise<void> {
  await clear(engine, [SWARM_RUN_LABEL], isAbandoned);
}

/** Removes the services, the gateway and the network of a run. Rejects when the engine cannot. */
export async function clearSwarmRun(engine: Engine, run: string): Promise<void> {
  await clear(engine, [`${SWARM_RUN_LABEL}=${run}`], () => true);
}

async function clear(
  engine: Engine,
  label: readonly string[],
  isMeant: (labels: Labels) => boolean,
): Promise<void> {
  const filters = { label: [...label] };
  const services = await engine.listServices({ filters });
  for (const { ID, Spec } of services) {
    if (isMeant(Spec?.Labels ?? {})) await engine.getService(ID).remove().catch(unlessGone);
  }
  const containers = await engine.listContainers({ all: true, filters });
  for (const { Id, Labels } of containers) {
    if (!isMeant(Labels)) continue;
    await engine.getContainer(Id).remove({ force: true, v: true }).catch(unlessGone);
  }
  const networks = await engine.listNetworks({ filters });
  for (const { Id, Labels } of networks) if (isMeant(Labels ?? {})) await removeNetwork(engine, Id);
}

async function removeNetwork(engine: Engine, id: string): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return void (await engine.getNetwork(id).remove());
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return;
      const isInUse = /in use|active endpoints/i.test(engineComplaint(error));
      if (!isInUse || performance.now() > endMs) throw error;
    }
    await sleep(AGAIN_MS);
  }
}

/** Another lab may be clearing the same. */
function unlessGone(error: unknown): void {
  if (!isSettled(error)) throw error;
}
