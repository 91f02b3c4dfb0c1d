import { accessSync, constants, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CloudError } from '#domain';

/** Where Debian and others put programs that are not in an ordinary user's PATH. */
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/usr/lib/rabbitmq/bin'];

/** @throws CloudError `unavailable` naming the program, which the start-up check should have found missing. */
export const findProgram = (name: string): string => {
  const path = (process.env.PATH ?? '').split(':').filter(directory => directory !== '');
  const found = [...path, ...SYSTEM_DIRECTORIES].map(directory => join(directory, name)).find(isExecutable);
  if (!found) throw new CloudError('unavailable', `the program '${name}' is missing: npm start installs it, or names the package`);
  return found;
};

/**
 * RabbitMQ's own directory of programs. Debian's /usr/sbin/rabbitmq-server is a wrapper that changes user and configuration, so it
 * is never called.
 */
export const rabbitmqPrograms = (): string => {
  const candidates = [
    '/usr/lib/rabbitmq/bin',
    ...versionsIn('/usr/lib/rabbitmq/lib'),
    ...versionsIn('/opt/rabbitmq'),
    '/opt/rabbitmq/sbin',
  ];
  const found = candidates.find(directory => isExecutable(join(directory, 'rabbitmq-server')));
  if (!found) throw new CloudError('unavailable', "the program 'rabbitmq-server' is missing: install the package rabbitmq-server");
  return found;
};

const versionsIn = (directory: string): string[] => {
  try {
    return readdirSync(directory).map(name => join(directory, name, 'sbin'));
  } catch {
    return [];
  }
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
