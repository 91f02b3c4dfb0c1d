import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudError, messageOf } from '#domain';
import { makeDirectory } from '../files.js';
import type { Layout } from '../layout.js';
import type { Service } from './service.js';

const run = promisify(execFile);

/** libvirt's own daemon for one host. Its guests outlive it, and the next start finds them. */
export const libvirtdService = (layout: Layout, host: { readonly name: string; readonly hostName: string }, sources: string): Service => {
  const directory = layout.host(host.name);
  return {
    name: `${host.name}.libvirtd`,
    kind: 'libvirtd',
    needs: [],
    log: layout.log(`${host.name}.libvirtd`),
    fingerprint: directory,
    readySeconds: 10,
    stopSeconds: 20,
    prepare: async () => makeDirectory(directory, 0o711),
    launch: () => ({
      startDaemon: async () => {
        await libvirtdHost(sources, ['start', directory, host.hostName]);
        return Number(readFileSync(join(directory, 'libvirtd.pid'), 'utf8'));
      },
    }),
    isReady: async () => true, // `start` has waited until it answers.
  };
};

/** The guests of a host that still run, and their processes. */
export const guestsOf = async (layout: Layout, hostName: string, sources: string): Promise<{ pid: number; name: string }[]> => {
  const output = await libvirtdHost(sources, ['guests', layout.host(hostName)]);
  return output.split('\n').flatMap(line => {
    const [pid, name] = line.split(' ');
    return pid && name ? [{ pid: Number(pid), name }] : [];
  });
};

export const killGuests = async (layout: Layout, hostName: string, sources: string): Promise<void> => {
  await libvirtdHost(sources, ['kill-guests', layout.host(hostName)]);
};

/** libvirt's URI, as the compute service gets it: root uses the system driver, anybody else the session's. */
export const libvirtUri = (layout: Layout, hostName: string): string =>
  `qemu+unix:///${process.getuid?.() === 0 ? 'system' : 'session'}?socket=${join(layout.host(hostName), 'sock', 'libvirt-sock')}`;

const libvirtdHost = async (sources: string, args: readonly string[]): Promise<string> => {
  try {
    const { stdout } = await run(join(sources, 'tools/libvirt/libvirtd-host.sh'), [...args], { timeout: 150_000, cwd: '/' });
    return stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new CloudError('unavailable', said.split('\n').at(-1) || messageOf(error), { cause: error });
  }
};
