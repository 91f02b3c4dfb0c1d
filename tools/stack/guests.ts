import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exists } from './files.js';
import type { Layout } from './layout.js';
import { guestsOf } from './servers/libvirtd.js';

/** The guests of all hosts that this directory knows, whether their libvirt runs or not. */
export const runningGuests = async (layout: Layout, sources: string): Promise<{ pid: number; name: string; host: string }[]> => {
  const directory = join(layout.root, 'hosts');
  if (!exists(directory)) return [];
  const hosts = readdirSync(directory).filter(name => exists(join(directory, name, 'host-uuid')));
  const lists = await Promise.all(hosts.map(async host => (await guestsOf(layout, host, sources)).map(guest => ({ ...guest, host }))));
  return lists.flat();
};
