import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CloudError } from '#domain';
import { findProgram } from '../stack/servers/programs.js';
import { waitFor } from '../stack/wait.js';
import { installByHand, installCommand } from './install-command.js';
import { isDebianLike, missingPackages, missingPrograms, packagesFor, type Wants } from './packages.js';

export interface InstallOptions {
  readonly sources: string;
  /** Where all that apt says is kept. */
  readonly log: string;
  readonly say: (line: string) => void;
}

const LONGEST_INSTALL_SECONDS = 1800;

/**
 * Sees to it that the programs are there: on Debian and Ubuntu it installs what is missing, elsewhere it names it and waits.
 * @throws CloudError `unavailable` with the one command to run, when it may not or cannot do so itself.
 */
export const provide = async (wants: Wants, options: InstallOptions): Promise<void> => {
  if (!isDebianLike()) return waitForPrograms(wants, options);
  const missing = missingPackages(packagesFor(wants, options.sources));
  const script = join(options.sources, 'tools/setup/install-debian.sh');
  const command = installCommand({ missing, script, asRoot: missing.length > 0 ? rootPrefix() : [] });
  if (!command) return;
  options.say(`installing ${missing.length} Debian packages with what they need: ${missing.join(' ')}`);
  await install(command, options);
};

/** What makes a command run as root; undefined when nothing does. */
const rootPrefix = (): string[] | undefined => {
  if (process.getuid?.() === 0) return [];
  const sudo = (() => {
    try {
      return findProgram('sudo');
    } catch {
      return undefined;
    }
  })();
  if (!sudo) return undefined;
  // With a terminal sudo may ask for a password; without one it must not need any.
  const works = process.stdin.isTTY || spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return works ? [sudo] : undefined;
};

const install = async ([command = '', ...args]: string[], { log, say }: InstallOptions): Promise<void> => {
  const child = spawn(command, args, { stdio: ['inherit', 'pipe', 'pipe'], timeout: LONGEST_INSTALL_SECONDS * 1000 });
  const errors: string[] = [];
  let shown = 0;
  createInterface(child.stdout).on('line', line => {
    appendFileSync(log, `${line}\n`);
    const [, kind, , percent, what] = /^(pm|dl)status:([^:]*):([\d.]+):(.*)$/.exec(line) ?? [];
    if (kind === undefined || Date.now() - shown < 2000) return;
    shown = Date.now();
    say(`  ${kind === 'dl' ? 'downloading' : 'unpacking'} ${Math.round(Number(percent))} %  ${what ?? ''}`);
  });
  createInterface(child.stderr).on('line', line => {
    appendFileSync(log, `${line}\n`);
    if (!line.startsWith('W:')) errors.push(line);
  });
  const code = await new Promise<number | null>(resolve => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  if (code !== 0)
    throw new CloudError(
      'unavailable',
      `the packages could not be installed: ${errors.slice(-3).join(' | ') || 'apt said nothing'} (see ${log})`,
    );
  say('  installed');
};

const waitForPrograms = async (wants: Wants, { say }: InstallOptions): Promise<void> => {
  const line = installByHand(missingPrograms(wants), { terminal: process.stdin.isTTY === true });
  if (line === undefined) return;
  say(line);
  await waitFor('installing them', () => missingPrograms(wants).length === 0, { timeoutMs: LONGEST_INSTALL_SECONDS * 1000, everyMs: 2000 });
};
