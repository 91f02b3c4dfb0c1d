import { createHash } from 'node:crypto';
import type { Account, VhostPlan } from '../plan.js';

/** What a RabbitMQ imports at each start (`load_definitions`): no call of rabbitmqctl is needed, and a new cell needs only a restart. */
export const rabbitmqDefinitions = (vhosts: readonly VhostPlan[]): object => ({
  rabbit_version: '3.10.8',
  vhosts: vhosts.map(vhost => ({ name: vhost.name })),
  users: vhosts.flatMap(vhost => [vhost.cell, vhost.computes, ...vhost.children.values()]).map(user),
  permissions: vhosts.flatMap(vhost => [
    permission(vhost.cell, { configure: '.*', write: '.*', read: '.*' }),
    permission(vhost.computes, { configure: '^compute\\..*', write: '^(compute\\..*|services)$', read: '^(compute\\..*|compute)$' }),
    ...[...vhost.children].map(([child, account]) =>
      permission(account, { configure: '^$', write: '^cell\\.up$', read: `^cell\\.${escaped(child)}\\.down$` }),
    ),
  ]),
});

interface Rights {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

const permission = (account: Account, rights: Rights) => ({ user: account.user, vhost: account.name, ...rights });

const user = (account: Account) => ({
  name: account.user,
  password_hash: passwordHash(account.password, account.user),
  hashing_algorithm: 'rabbit_password_hashing_sha256',
  tags: [],
});

/**
 * RabbitMQ's salted SHA-256. The salt comes from the password itself, which is random already, so that the same installation
 * writes the same file at each start.
 */
const passwordHash = (password: string, name: string): string => {
  const salt = createHash('sha256').update(`${name}\n${password}`).digest().subarray(0, 4);
  return Buffer.concat([salt, createHash('sha256').update(salt).update(password).digest()]).toString('base64');
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
