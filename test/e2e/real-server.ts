import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { E2eStack } from './e2e-stack.js';
import { tinyImage } from './tiny-image.js';

/** One cell with two hosts whose guests really run. */
export const TWO_HOSTS = {
  servers: { shared: true },
  cells: [
    {
      name: 'a',
      hosts: [
        { name: 'a1', memoryMb: 1024 },
        { name: 'a2', memoryMb: 1024 },
      ],
    },
  ],
};

/**
 * Raises a tree, and has the openstack client make a server in it, of flavor `small` and image `tiny`.
 * @param userData a script that the guest runs at each boot
 */
export const raiseWithServer = async (tree: object, name: string, userData?: string): Promise<{ cloud: E2eStack; id: string }> => {
  const [cloud, image] = await Promise.all([E2eStack.raise(tree), tinyImage()]);
  try {
    await cloud.openstack('flavor', 'create', '--ram', '128', '--disk', '1', '--vcpus', '1', 'small');
    await cloud.openstack('image', 'create', '--disk-format', 'qcow2', '--container-format', 'bare', '--public', '--file', image, 'tiny');
    const options = ['--flavor', 'small', '--image', 'tiny', '--nic', 'none'];
    if (userData !== undefined) {
      const file = join(cloud.directory, 'user-data');
      writeFileSync(file, userData);
      options.push('--use-config-drive', '--user-data', file);
    }
    const { id } = await cloud.json<{ id: string }>('server', 'create', ...options, '--wait', name);
    return { cloud, id };
  } catch (error) {
    await cloud.down();
    throw error;
  }
};
