import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { CloudError } from '#domain';
import { isFree } from './ports.js';
import type { Topology } from './topology.js';

/** @throws CloudError `conflict` naming the port of the API that somebody else has, and who, when the kernel tells. */
export const checkPorts = async (topology: Topology, running: readonly string[]): Promise<void> => {
  if (running.includes(`${topology.name}.cell`)) return;
  const { host, publicHost: _, ...ports } = topology.listen;
  for (const [key, port] of Object.entries(ports)) {
    // Those that the topology does not name were chosen because they are free.
    if (port === undefined || (await isFree(host, port))) continue;
    const holder = holderOf(port);
    throw new CloudError(
      'conflict',
      `port ${port} is in use${holder ? ` by ${holder}` : ''}: stop that, or choose another port by 'listen: { ${key}: … }' in the topology`,
    );
  }
};

const LISTEN = '0A';

/** `name (pid 123)` of the process that listens on the port, as far as this user may see. */
const holderOf = (port: number): string | undefined => {
  const inodes = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(file => listeningInodes(file, port));
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    if (socketInodes(pid).some(inode => inodes.includes(inode))) return `${commandOf(pid)} (pid ${pid})`;
  }
  return undefined;
};

const listeningInodes = (file: string, port: number): string[] => {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return readOrEmpty(file)
    .split('\n')
    .slice(1)
    .flatMap(line => {
      const fields = line.trim().split(/\s+/);
      return fields[3] === LISTEN && fields[1]?.endsWith(`:${wanted}`) && fields[9] ? [fields[9]] : [];
    });
};

const socketInodes = (pid: string): string[] => {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
      const target = linkOf(`/proc/${pid}/fd/${fd}`);
      return target?.startsWith('socket:[') ? [target.slice(8, -1)] : [];
    });
  } catch {
    return [];
  }
};

const linkOf = (path: string): string | undefined => {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
};

const commandOf = (pid: string): string => readOrEmpty(`/proc/${pid}/comm`).trim() || 'a process';

const readOrEmpty = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
