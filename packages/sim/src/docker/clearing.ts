import pLimit from 'p-limit';
import { isSettled, type Engine } from './engine.ts';
import { isAbandoned, RUN_LABEL, type Labels } from './labels.ts';

/** An engine removes one container after the other whatever it is asked. */
const REMOVALS_AT_ONCE = 8;

/** Removes what labs have left that were killed, and touches nothing of one that lives. */
export async function clearAbandoned(engine: Engine): Promise<void> {
  await clear(engine, [RUN_LABEL], isAbandoned);
}

/** Removes all containers and networks of a run. */
export async function clearRun(engine: Engine, run: string): Promise<void> {
  await clear(engine, [`${RUN_LABEL}=${run}`], () => true);
}

async function clear(
  engine: Engine,
  label: readonly string[],
  isMeant: (labels: Labels) => boolean,
): Promise<void> {
  const filters = { label: [...label] };
  const limit = pLimit(REMOVALS_AT_ONCE);
  const containers = await engine.listContainers({ all: true, filters });
  await Promise.all(
    containers
      .filter(({ Labels }) => isMeant(Labels))
      .map(({ Id }) =>
        limit(() => engine.getContainer(Id).remove({ force: true, v: true }).catch(unlessGone)),
      ),
  );
  const networks = await engine.listNetworks({ filters });
  await Promise.all(
    networks
      .filter(({ Labels }) => isMeant(Labels ?? {}))
      .map(({ Id }) => limit(() => engine.getNetwork(Id).remove().catch(unlessGone))),
  );
}

/** Another lab may be clearing the same. */
function unlessGone(error: unknown): void {
  if (!isSettled(error)) throw error;
}
