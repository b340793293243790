import { setTimeout as sleep } from 'node:timers/promises';
import { engineComplaint, type Engine } from '../docker/engine.ts';
import { isAbandoned, type Labels } from '../docker/labels.ts';
import { asFarAsPossible, removeAll } from '../docker/removal.ts';
import { SWARM_RUN_LABEL } from './swarm-labels.ts';

/** A network is removed when the containers on it are gone, which takes a while. */
const AGAIN_MS = 250;
const PATIENCE_MS = 30_000;

/** Removes what labs have left on a swarm that were killed, and touches nothing of one that lives. */
export async function clearAbandonedRuns(engine: Engine): Promise<void> {
  await asFarAsPossible(clear(engine, [SWARM_RUN_LABEL], isAbandoned));
}

/** Removes the services, the gateway and the network of a run. Rejects when some stay; all others are gone then. */
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
  const stuck = await removeAll(
    services.filter(({ Spec }) => isMeant(Spec?.Labels ?? {})),
    async ({ ID }) => await engine.getService(ID).remove(),
  );
  const containers = await engine.listContainers({ all: true, filters });
  const stuckContainers = await removeAll(
    containers.filter(({ Labels }) => isMeant(Labels)),
    async ({ Id }) => await engine.getContainer(Id).remove({ force: true, v: true }),
  );
  const networks = await engine.listNetworks({ filters });
  const stuckNetworks = await removeAll(
    networks.filter(({ Labels }) => isMeant(Labels ?? {})),
    async ({ Id }) => await removeNetwork(engine, Id),
  );
  const reasons = [...stuck, ...stuckContainers, ...stuckNetworks];
  if (reasons.length > 0) throw reasons[0];
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
