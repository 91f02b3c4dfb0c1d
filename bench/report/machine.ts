import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { findProgram } from '../../tools/stack/servers/programs.js';

/** What the figures depend on; nothing that tells whose machine it is. */
export const describeMachine = (): string => {
  const memoryGb = Math.round(totalmem() / 1024 ** 3);
  return [
    `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
    `${memoryGb} GB`,
    `Linux ${release().split('-')[0]}`,
    `Node ${process.versions.node}`,
    mariadbVersion(),
  ].join(', ');
};

export const loadAverage = (): number => loadavg()[0] ?? 0;

const mariadbVersion = (): string => {
  const text = execFileSync(findProgram('mariadbd'), ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return `MariaDB ${/Ver (\d+\.\d+\.\d+)/.exec(text)?.[1] ?? 'unknown'}`;
};
