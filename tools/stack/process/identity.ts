import { readFileSync } from 'node:fs';

/**
 * Names one run of one process for good. A pid alone does not: the kernel uses it again, so whoever kills by a recorded pid must
 * compare when that process started, and in which boot of the machine.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks from the boot to the process's start. */
  readonly startTicks: number;
  readonly bootId: string;
}

/** Undefined when no such process runs, or only its zombie is left. */
export const identify = (pid: number): ProcessIdentity | undefined => {
  const stat = readStat(pid);
  return stat && stat.state !== 'Z' && stat.state !== 'X' ? { pid, startTicks: stat.startTicks, bootId: bootId() } : undefined;
};

export const isRunning = (identity: ProcessIdentity): boolean => {
  const now = identify(identity.pid);
  return now !== undefined && now.startTicks === identity.startTicks && now.bootId === identity.bootId;
};

/** Sends the signal if exactly that process still runs. Says whether it did. */
export const signal = (identity: ProcessIdentity, name: NodeJS.Signals): boolean => {
  if (!isRunning(identity)) return false;
  try {
    process.kill(identity.pid, name);
    return true;
  } catch {
    return false;
  }
};

interface Stat {
  readonly state: string;
  readonly parent: number;
  /** Of the process itself, user and system. */
  readonly cpuTicks: number;
  readonly startTicks: number;
}

/** The command's name stands in brackets and may hold anything, so fields are counted from the last bracket. */
export const readStat = (pid: number): Stat | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const number = (index: number) => Number(fields[index]);
    return { state: fields[0] ?? '', parent: number(1), cpuTicks: number(11) + number(12), startTicks: number(19) };
  } catch {
    return undefined;
  }
};

let knownBootId: string | undefined;
const bootId = (): string => {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return knownBootId;
};
