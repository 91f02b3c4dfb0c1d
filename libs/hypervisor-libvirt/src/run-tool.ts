import { execFile } from 'node:child_process';
import { CloudError } from '#domain';

/** The Debian package that brings each tool, for the message when it is not there. */
const PACKAGES = {
  'qemu-img': 'qemu-utils',
  genisoimage: 'genisoimage',
  'mkfs.ext4': 'e2fsprogs',
  mkswap: 'util-linux',
  uptime: 'procps',
} as const;
export type Tool = keyof typeof PACKAGES;

const LIMIT_SECONDS = 120;

/**
 * Runs a tool of the host and gives its standard output.
 * @throws CloudError `unavailable` when it is not installed, `noValidHost` when the disk is full, `internal` with its last words otherwise.
 */
export const runTool = (tool: Tool, args: readonly string[], { seconds = LIMIT_SECONDS } = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, LC_ALL: 'C', PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
    execFile(tool, args, { timeout: seconds * 1000, env }, (error, stdout, stderr) => {
      if (error) reject(failure(tool, error, stderr, seconds));
      else resolve(stdout);
    });
  });

const failure = (tool: Tool, error: Error & { code?: unknown; killed?: boolean }, stderr: string, seconds: number): CloudError => {
  if (error.code === 'ENOENT')
    return new CloudError('unavailable', `'${tool}' is missing on this host: install the Debian package ${PACKAGES[tool]}`);
  if (error.killed) return new CloudError('deadlineExceeded', `'${tool}' did not end in ${seconds} s`, { cause: error });
  const words = stderr.trim().split('\n').at(-1) ?? error.message;
  const kind = /no space left/i.test(stderr) ? 'noValidHost' : 'internal';
  return new CloudError(kind, `'${tool}' failed: ${words}`, { cause: error });
};
