import { beforeAll, expect, test } from 'vitest';
import { connectEngine } from '../../src/docker/engine.ts';
import { findPeerImage, PEER_IMAGE } from '../../src/docker/peer-image.ts';
import { peerSources } from '../../src/docker/peer-sources.ts';
import { buildImage, describeWithEngine, docker } from './engine.ts';

describeWithEngine('the image that is tested', () => {
  beforeAll(() => buildImage(), 120_000);

  test('is the one of these sources', async () => {
    const id = await findPeerImage(await connectEngine());
    const label = '{{index .Config.Labels "imagemesh.peer.sources"}}';
    expect(docker('image', 'inspect', '--format', label, id)).toBe(peerSources());
  });

  test('is none of other sources, whatever its name', async () => {
    await expect(findPeerImage(await connectEngine(), 'f'.repeat(64))).rejects.toThrow(
      `The image ${PEER_IMAGE} of the engine was made of other sources of the peer than these; build it anew with npm run image.`,
    );
  });

  test('is the one with the name for a lab that has no sources', async () => {
    const id = await findPeerImage(await connectEngine(), null);
    expect(docker('image', 'inspect', '--format', '{{.Id}}', PEER_IMAGE)).toBe(id);
  });
});
