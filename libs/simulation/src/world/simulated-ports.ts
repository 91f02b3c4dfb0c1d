import type { HostPorts, ImageService } from '#compute-agent';
import { CloudError } from '#domain';
import type { Dice } from './dice.js';

export interface PortParts {
  /** Ids of the images of this world that have their data. */
  readonly images: Set<string>;
  readonly dice: Dice;
  /** Never ends for who is dead. */
  sleep(milliseconds: number): Promise<void>;
}

/** What surrounds a simulated host. Its hypervisor reads no images and has no files, and nobody looks at its screens. */
export const simulatedPorts = (parts: PortParts): HostPorts => ({
  images: { start: none('reads no images'), get: none('reads no images') },
  imageService: imageService(parts),
  files: {
    urlOf: () => null,
    fetch: async function* () {
      yield await none('has no files')();
    },
  },
  consoles: { open: none('shows no screens'), close: () => undefined },
});

const none = (what: string) => (): Promise<never> =>
  Promise.reject(new CloudError('notImplemented', `a host of the simulated world ${what}`));

/** Takes its time, and takes the data of an image once, as the real one does. */
const imageService = ({ images, dice, sleep }: PortParts): ImageService => ({
  async upload({ imageId }, _data, ended) {
    const interrupted = new Promise<void>(resolve => ended.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([sleep(dice.between(20, 2000)), interrupted]);
    if (ended.aborted) throw new CloudError('notFound', `the guest of image ${imageId} is being destroyed`);
    if (images.has(imageId)) throw new CloudError('conflict', `image ${imageId} has its data`);
    images.add(imageId);
  },
  async discard({ imageId }) {
    images.delete(imageId);
  },
});
