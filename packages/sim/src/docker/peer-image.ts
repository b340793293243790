import { RunError } from '../result/run-error.ts';
import { isSettled, type Engine } from './engine.ts';
import { peerSources, SOURCES_LABEL } from './peer-sources.ts';

/** The image of the peer, as `npm run image` builds it. */
export const PEER_IMAGE = 'imagemesh/peer:0.1.0';

/** The user that it runs as, and the group. */
export const PEER_USER = 10_001;

/**
 * The image that an engine has of these `sources`, by its id: whatever is tested is what lies here, also where several
 * copies of the project share an engine. Null: the one that has the name. Rejects with a `RunError` when there is none.
 */
export async function findPeerImage(
  engine: Engine,
  sources: string | null = peerSources(),
): Promise<string> {
  const named = await imageNamed(engine, PEER_IMAGE);
  if (sources === null && named !== null) return named;
  const label = [`${SOURCES_LABEL}=${sources}`];
  const made = sources === null ? [] : await engine.listImages({ filters: { label } });
  if (made[0] !== undefined) return made[0].Id;
  throw new RunError(
    named === null
      ? `The engine has no image ${PEER_IMAGE}; build it with npm run image.`
      : `The image ${PEER_IMAGE} of the engine was made of other sources of the peer than these; build it anew with npm run image.`,
  );
}

/** Rejects with a `RunError` when an engine does not have the image of a group. */
export async function ensureImage(engine: Engine, image: string, group: string): Promise<void> {
  if ((await imageNamed(engine, image)) !== null) return;
  throw new RunError(
    `The engine has no image ${image} (image, peers.groups: ${group}); build it, or docker pull it.`,
  );
}

/** The id of the image with this name; null: there is none. */
async function imageNamed(engine: Engine, name: string): Promise<string | null> {
  try {
    return (await engine.getImage(name).inspect()).Id;
  } catch (error) {
    if (!isSettled(error)) throw error;
    return null;
  }
}
