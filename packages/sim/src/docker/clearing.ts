import type { Engine } from './engine.ts';
import { isAbandoned, RUN_LABEL, type Labels } from './labels.ts';
import { asFarAsPossible, removeAll } from './removal.ts';

/** Removes what labs have left that were killed, and touches nothing of one that lives. */
export async function clearAbandoned(engine: Engine): Promise<void> {
  await asFarAsPossible(clear(engine, [RUN_LABEL], isAbandoned));
}

/** Removes all containers and networks of a run. Rejects when some stay; all others are gone then. */
export async function clearRun(engine: Engine, run: string): Promise<void> {
  await clear(engine, [`${RUN_LABEL}=${run}`], () => true);
}

async function clear(
  engine: Engine,
  label: readonly string[],
  isMeant: (labels: Labels) => boolean,
): Promise<void> {
  const filters = { label: [...label] };
  const containers = await engine.listContainers({ all: true, filters });
  const stuck = await removeAll(
    containers.filter(({ Labels }) => isMeant(Labels)),
    async ({ Id }) => await engine.getContainer(Id).remove({ force: true, v: true }),
  );
  const networks = await engine.listNetworks({ filters });
  const stuckNetworks = await removeAll(
    networks.filter(({ Labels }) => isMeant(Labels ?? {})),
    async ({ Id }) => await engine.getNetwork(Id).remove(),
  );
  const reasons = [...stuck, ...stuckNetworks];
  if (reasons.length > 0) throw reasons[0];
}
