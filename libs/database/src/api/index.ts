import { AggregateHost, AggregateRow } from './aggregate.entity.js';
import { ConsoleAuthToken } from './console-auth-token.entity.js';
import { FlavorProject, FlavorRow } from './flavor.entity.js';
import { FloatingIpRow } from './floating-ip.entity.js';
import { HostMirrorRow } from './host-mirror.entity.js';
import { ApiInstance } from './instance.entity.js';
import { InstanceAction, InstanceActionEvent } from './instance-action.entity.js';
import { KeyPairOwner, KeyPairRow } from './key-pair.entity.js';
import { MigrationRow } from './migration.entity.js';
import { QuotaClassLimit, QuotaOverride, QuotaUserOverride } from './quota-limit.entity.js';
import { QuotaUsage } from './quota-usage.entity.js';
import { NetworkingLock, SecurityGroupRow, SecurityGroupRuleRow } from './security-group.entity.js';
import { ServerGroupOwner, ServerGroupRow } from './server-group.entity.js';

/** Every table that only the top has and that the compute API reads or writes. */
export const computeApiEntities = [
  ApiInstance,
  InstanceAction,
  InstanceActionEvent,
  MigrationRow,
  HostMirrorRow,
  QuotaUsage,
  FlavorRow,
  FlavorProject,
  KeyPairRow,
  KeyPairOwner,
  QuotaOverride,
  QuotaUserOverride,
  QuotaClassLimit,
  AggregateRow,
  AggregateHost,
  ServerGroupRow,
  ServerGroupOwner,
  SecurityGroupRow,
  SecurityGroupRuleRow,
  NetworkingLock,
  FloatingIpRow,
  ConsoleAuthToken,
];

export * from './aggregate.entity.js';
export * from './console-auth-token.entity.js';
export * from './flavor.entity.js';
export * from './floating-ip.entity.js';
export * from './host-mirror.entity.js';
export * from './instance.entity.js';
export * from './instance-action.entity.js';
export * from './key-pair.entity.js';
export * from './migration.entity.js';
export * from './quota-limit.entity.js';
export * from './quota-usage.entity.js';
export * from './security-group.entity.js';
export * from './server-group.entity.js';
