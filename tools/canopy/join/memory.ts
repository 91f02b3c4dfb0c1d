import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makeDirectory, writeFileAtomically } from '../../stack/files.js';
import { layoutOf } from '../../stack/layout.js';
import { CloudNo } from '../errors.js';

/** What a machine keeps of its joining, so that it can be broken off at any point and begun again. */
const Memory = z.strictObject({
  cell: z.string(),
  /** Of the cell's account on its parent's broker: made here, and known to nobody else. */
  password: z.string(),
  /** What the parent knows of it. */
  passwordHash: z.string(),
});
export type Memory = z.infer<typeof Memory>;

/** @throws CloudNo when the directory holds something else. */
export const openMemory = (directory: string, cell: string): Memory => {
  const file = join(directory, 'join.json');
  if (existsSync(file)) {
    const known = Memory.parse(JSON.parse(readFileSync(file, 'utf8')));
    if (known.cell === cell) return known;
    throw new CloudNo(`${directory} holds the cell ${known.cell}: choose another place for ${cell} with --directory`);
  }
  if (existsSync(layoutOf(directory).state))
    throw new CloudNo(`${directory} holds a tree already: choose another place for ${cell} with --directory`);
  const password = randomBytes(32).toString('base64url');
  const memory: Memory = { cell, password, passwordHash: rabbitPasswordHash(password) };
  makeDirectory(directory, 0o755);
  writeFileAtomically(file, `${JSON.stringify(memory, null, 1)}\n`, 0o600);
  return memory;
};

/** Four bytes of salt, then the SHA-256 of salt and password, in base64. */
const rabbitPasswordHash = (password: string): string => {
  const salt = randomBytes(4);
  return Buffer.concat([salt, createHash('sha256').update(salt).update(password).digest()]).toString('base64');
};
