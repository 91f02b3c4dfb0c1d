import type { BrokerDoor } from '#cell';
import { type CellPath, CloudError } from '#domain';
import { type BrokerLink, brokerAccounts, childRights, declareChild, downQueue } from '#messaging';
import type { OwnBroker } from './broker.config.js';

/** What a cell does at its own broker for the cells that come and go below it. */
export const brokerDoorOf = (path: CellPath, options: OwnBroker, link: BrokerLink): BrokerDoor => {
  const accounts = options.accounts && brokerAccounts(options.accounts);
  const made = () => {
    if (accounts) return accounts;
    throw new CloudError(
      'conflict',
      `Cell ${path} was not told how accounts on its broker are made: set broker.accounts in its configuration.`,
    );
  };
  const address = withoutAccount(options.urlForChildren ?? options.url);
  const userOf = (child: string): string => `${path.replaceAll('!', '.')}.cell-${child}`;
  return {
    address,
    userOf,
    checkAccounts: () => void made(),
    declareQueue: child => link.aside.once(channel => declareChild(channel, child)),
    removeQueue: child => link.aside.once(async channel => void (await channel.deleteQueue(downQueue(child)))),
    ensureAccount: (child, passwordHash) =>
      made().ensure({ user: userOf(child), passwordHash, vhost: vhostOf(options.url), rights: childRights(child) }),
    removeAccount: user => made().remove(user),
  };
};

const withoutAccount = (text: string): string => {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href;
};

/** In a URL without a path it is RabbitMQ's own, `/`. */
const vhostOf = (text: string): string => decodeURIComponent(new URL(text).pathname.slice(1)) || '/';
