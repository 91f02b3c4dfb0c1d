import { createHash } from 'node:crypto';

const known = new Map<string, string>();

/** What a project is told of a host: the same for two servers on one host, different between projects. Empty without a host. */
export const hostIdOf = (projectId: string, host: string | null): string => {
  if (host === null || host === '') return '';
  const key = projectId + host;
  let id = known.get(key);
  if (id === undefined) {
    if (known.size >= 50_000) known.clear();
    id = createHash('sha224').update(key).digest('hex');
    known.set(key, id);
  }
  return id;
};
