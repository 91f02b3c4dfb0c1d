import type { BrokerRights } from '../child-rights.js';

export interface ChildAccount {
  readonly user: string;
  /** RabbitMQ's salted SHA-256 in base64: the password itself is known to the child alone. */
  readonly passwordHash: string;
  readonly vhost: string;
  readonly rights: BrokerRights;
}

/** AMQP knows no accounts: they are made beside it, in one of the ways that an operator can choose. */
export interface BrokerAccounts {
  /** Makes it, or makes it so. @throws CloudError `unavailable` with what the broker said. */
  ensure(account: ChildAccount): Promise<void>;
  /** One that is not there is removed already. Its connections are closed. */
  remove(user: string): Promise<void>;
}

/** What RabbitMQ imports, from a file or over its management API. */
export const definitionsOf = ({ user, passwordHash, vhost, rights }: ChildAccount): object => ({
  users: [{ name: user, password_hash: passwordHash, hashing_algorithm: 'rabbit_password_hashing_sha256', tags: '' }],
  permissions: [{ user, vhost, ...rights }],
});
