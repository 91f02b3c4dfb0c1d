import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CloudError } from '#domain';
import { isAbsence, writeFileAtomically } from './files.js';

/** Passwords of one installation: made when first asked for, and the same ever after. */
export class Secrets {
  private readonly known: Record<string, string>;

  constructor(private readonly path: string) {
    this.known = read(path);
  }

  /** @param name what it opens, for instance `api.west/database`. */
  get(name: string, bytes = 16): string {
    this.known[name] ??= randomBytes(bytes).toString('hex');
    return this.known[name];
  }

  save(): void {
    writeFileAtomically(this.path, `${JSON.stringify(this.known, null, 1)}\n`, 0o600);
  }
}

const read = (path: string): Record<string, string> => {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    // A file that is there but unreadable must not be replaced: the data was encrypted and locked with what it holds.
    if (isAbsence(error)) return {};
    throw new CloudError('invalid', `${path} cannot be read: restore it, or remove everything with npm run reset`, { cause: error });
  }
};
