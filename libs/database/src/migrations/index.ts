import { ApiAggregates } from './api-aggregates.js';
import { ApiConsoleAuthTokens } from './api-console-auth-tokens.js';
import { ApiFloatingIps } from './api-floating-ips.js';
import { ApiInitial } from './api-initial.js';
import { ApiInstanceGroups } from './api-instance-groups.js';
import { ApiInstancesByNextHop } from './api-instances-by-next-hop.js';
import { ApiMigrations } from './api-migrations.js';
import { ApiSecurityGroups } from './api-security-groups.js';
import { ApiServerGroups } from './api-server-groups.js';
import { ApiShelvedImages } from './api-shelved-images.js';
import { ApiSteeredHosts } from './api-steered-hosts.js';
import { ApiUserQuotas } from './api-user-quotas.js';
import { CellInitial } from './cell-initial.js';
import { CellInstanceGroups } from './cell-instance-groups.js';
import { CellInstancesByNextHop } from './cell-instances-by-next-hop.js';
import { CellInstancesByOtherHost } from './cell-instances-by-other-host.js';
import { InstanceLocks } from './instance-locks.js';
import { InstanceMoves } from './instance-moves.js';
import { TreeCellJoins } from './tree-cell-joins.js';
import { TreeCellMirrors } from './tree-cell-mirrors.js';
import { TreeChildUse } from './tree-child-use.js';
import { TreeGlobals } from './tree-globals.js';
import { TreeGroups } from './tree-groups.js';
import { TreeInitial } from './tree-initial.js';
import { TreeOutboxWrittenAt } from './tree-outbox-written-at.js';
import { TreePlacementDecisions } from './tree-placement-decisions.js';
import { TreeReservationTraits } from './tree-reservation-traits.js';
import { TreeSteeredChildren } from './tree-steered-children.js';
import { TreeSteeredHosts } from './tree-steered-hosts.js';

/** Of the tables that every cell has. In the order of their making; each is run once per database. */
const treeMigrations = [
  TreeInitial,
  TreeOutboxWrittenAt,
  TreeSteeredChildren,
  TreeGlobals,
  TreeGroups,
  TreeChildUse,
  TreePlacementDecisions,
  TreeCellJoins,
  TreeCellMirrors,
  TreeSteeredHosts,
  TreeReservationTraits,
];

export const childCellMigrations = [
  ...treeMigrations,
  CellInitial,
  CellInstancesByNextHop,
  CellInstanceGroups,
  InstanceLocks,
  InstanceMoves,
  CellInstancesByOtherHost,
];
export const apiMigrations = [
  ...treeMigrations,
  ApiInitial,
  ApiInstancesByNextHop,
  ApiInstanceGroups,
  ApiAggregates,
  ApiServerGroups,
  InstanceLocks,
  ApiUserQuotas,
  ApiSecurityGroups,
  ApiFloatingIps,
  ApiConsoleAuthTokens,
  ApiShelvedImages,
  ApiSteeredHosts,
  InstanceMoves,
  ApiMigrations,
];
