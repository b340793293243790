import pLimit from 'p-limit';
import { isSettled, type Engine } from './engine.ts';
import { isAbandoned, RUN_LABEL, type Labels } from './labels.ts';

/** An engine removes one container after the other whatever it is asked. */
const REMOVALS_AT_ONCE = 8;

/**
 * Removes what labs have left that were killed, and touches nothing of one that lives. What cannot be removed stays for
 * a later run: somebody's container on such a network is no reason to run nothing.
 */
export async function clearAbandoned(engine: Engine): Promise<void> {
  await clear(engine, [RUN_LABEL], isAbandoned).catch((error: unknown) => {
    if (!('statusCode' in (error as object))) throw error;
  });
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
  const limit = pLimit(REMOVALS_AT_ONCE);
  const containers = await engine.listContainers({ all: true, filters });
  const removals = await Promise.allSettled(
    containers
      .filter(({ Labels }) => isMeant(Labels))
      .map(({ Id }) =>
        limit(() => engine.getContainer(Id).remove({ force: true, v: true }).catch(unlessGone)),
      ),
  );
  const networks = await engine.listNetworks({ filters });
  removals.push(
    ...(await Promise.allSettled(
      networks
        .filter(({ Labels }) => isMeant(Labels ?? {}))
        .map(({ Id }) => limit(() => engine.getNetwork(Id).remove().catch(unlessGone))),
    )),
  );
  const failed = removals.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Another lab may be clearing the same. */
function unlessGone(error: unknown): void {
  if (!isSettled(error)) throw error;
}
