import type { BrokerAccounts } from './account.js';
import { type CommandAccountsOptions, commandAccounts } from './command-accounts.js';
import { type ManagementAccountsOptions, managementAccounts } from './management-accounts.js';

export type BrokerAccountsOptions =
  | ({ readonly kind: 'command' } & CommandAccountsOptions)
  | ({ readonly kind: 'management' } & ManagementAccountsOptions);

export const brokerAccounts = (options: BrokerAccountsOptions): BrokerAccounts =>
  options.kind === 'command' ? commandAccounts(options) : managementAccounts(options);
