import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Owner } from '../files.js';

/**
 * Who a private server runs as. Started by an ordinary user, as that user; started by root, as the system user made for it or
 * as nobody, unless such a user could not reach the directory at all (a tree under /root, for instance): then as root.
 */
export const runAs = (directory: string, systemUser: string): Owner | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const owner = accountOf(systemUser) ?? accountOf('nobody');
  return owner && everyoneMayEnter(directory) ? owner : undefined;
};

export const currentUser = (): string => {
  const uid = process.getuid?.() ?? 0;
  return accounts().find(account => account.uid === uid)?.name ?? String(uid);
};

const accountOf = (name: string): Owner | undefined => accounts().find(account => account.name === name);

const accounts = (): (Owner & { readonly name: string })[] =>
  readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .flatMap(line => {
      const [name, , uid, gid] = line.split(':');
      return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
    });

const everyoneMayEnter = (directory: string): boolean => {
  for (let at = directory; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
};
