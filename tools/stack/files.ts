import { chmodSync, chownSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Readers see the old text or the new one, never a half: a killed launcher leaves no broken file behind. */
export const writeFileAtomically = (path: string, text: string, mode: number, owner?: Owner): void => {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode });
  chmodSync(temporary, mode);
  if (owner) chownSync(temporary, owner.uid, owner.gid);
  renameSync(temporary, path);
};

/** Makes the directory and gives it away; its parents stay the launcher's. */
export const makeDirectory = (path: string, mode: number, owner?: Owner): void => {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
  if (owner) chownSync(path, owner.uid, owner.gid);
};

/** Whether a file could not be read because it is not there. */
export const isAbsence = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

export const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
