import { CloudError } from '#domain';

/** What a cell arranges at its own broker for the cells below it. */
export interface BrokerDoor {
  /** `amqp://host:port/vhost` as children reach it, without an account. */
  readonly address: string;
  /** The queue of what is sent to the child. Safe to repeat. */
  declareQueue(child: string): Promise<void>;
  /** With all that waits in it. */
  removeQueue(child: string): Promise<void>;
  /**
   * An account that may take from the child's queue and publish upwards, and nothing else.
   * @param passwordHash as RabbitMQ keeps it
   * @throws CloudError `conflict` when the cell was not told how accounts are made; `unavailable` with what the broker said.
   */
  ensureAccount(child: string, passwordHash: string): Promise<void>;
  removeAccount(user: string): Promise<void>;
  /** The name of that account. */
  userOf(child: string): string;
  /** @throws CloudError `conflict` when accounts cannot be made here. */
  checkAccounts(): void;
}

const closed = (): never => {
  throw new CloudError('notImplemented', 'no cell can be taken in here: this cell has no way to change its broker');
};

/** Of a cell that takes in nobody. */
export const NO_BROKER_DOOR: BrokerDoor = {
  address: '',
  declareQueue: closed,
  removeQueue: closed,
  ensureAccount: closed,
  removeAccount: closed,
  userOf: closed,
  checkAccounts: closed,
};
