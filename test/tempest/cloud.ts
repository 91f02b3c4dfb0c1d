import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NEWEST } from '#microversion';
import { CloudClient } from '../../tools/stack/demo/cloud-client.js';
import type { Stack } from '../../tools/stack/stack.js';
import { parseTopology, type Topology } from '../../tools/stack/topology.js';
import { withFreePorts } from '../setup/free-ports.js';
import type { JudgedCloud } from './tempest-conf.js';

const HOSTS = { count: 2, vcpus: 64, memoryMb: 65_536, diskGb: 2000 };

/** Two hosts of one cell, so that servers can move. */
export const judgedTree = async (): Promise<Topology> =>
  parseTopology(await withFreePorts({ driver: 'fake', servers: { shared: true }, cells: [{ name: 'west', hosts: HOSTS }] }));

const IMAGE_BYTES = 65_536;

/** Puts the images and flavors there that tempest wants to be given. */
export const prepareCloud = async (stack: Stack, directory: string): Promise<JudgedCloud> => {
  const hosts = await stack.hostsReported({ timeoutMs: 90_000 });
  const client = await new CloudClient(stack.endpoints, stack.adminPassword).loggedIn();
  const file = join(directory, 'image.raw');
  writeFileSync(file, Buffer.alloc(IMAGE_BYTES));
  const image = (name: string) => client.uploadImage(name, file, { disk_format: 'raw', container_format: 'bare' });
  const flavor = (name: string, ram: number) => client.ensureFlavor({ name, ram, vcpus: 1, disk: 1 });
  return {
    identityUrl: stack.endpoints.identity,
    adminPassword: stack.adminPassword,
    images: [await image('judge-1'), await image('judge-2')],
    flavors: [await flavor('judge.nano', 64), await flavor('judge.micro', 128)],
    hosts,
    newestMicroversion: NEWEST,
  };
};
