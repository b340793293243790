// Two peers in one process: one shares a folder, the other gets to know it and fetches a picture.
import { EventEmitter, once } from 'node:events';
import { createPeer, formatAddress, type PeerEvents } from '@imagemesh/peer';

const [shared = 'images', mine = 'mine', name = 'aurora.avif'] = process.argv.slice(2);
const signal = AbortSignal.timeout(10_000);

const giving = new EventEmitter<PeerEvents>();
giving.on('served', (image) => console.log(`sent ${image.name}, ${image.sizeBytes} bytes`));
await using giver = await createPeer({
  images: shared,
  port: 0,
  host: '127.0.0.1',
  events: giving,
});
giver.start([]);

const asking = new EventEmitter<PeerEvents>();
const reached = once(asking, 'reached', { signal });
await using asker = await createPeer({ images: mine, port: null, events: asking, signal });
asker.start([giver.address]);
await reached;

const { outcome, image } = await asker.fetch(name, undefined, { signal }).result;
if (image === null) console.log(`${name}: ${outcome}`);
else console.log(`saved ${image.savedAs} from ${formatAddress(image.from)}, ${image.assurance}`);
