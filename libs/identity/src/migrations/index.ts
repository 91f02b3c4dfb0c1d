import { AccessRulesOfUsers1764100000002 } from './access-rules-of-users.js';
import { CompleteIdentity1763900000001 } from './complete-identity.js';
import { CreateIdentityTables1763800000001 } from './create-identity-tables.js';
import { ExpiryInMicroseconds1764000000003 } from './expiry-in-microseconds.js';
import { InheritRoles1764200000001 } from './inherit-roles.js';
import { KeepExtraAttributes1764000000001 } from './keep-extra-attributes.js';
import { KeepMoreExtraAttributes1764100000001 } from './keep-more-extra-attributes.js';
import { RolesOfDomains1764000000002 } from './roles-of-domains.js';

export const identityMigrations = [
  CreateIdentityTables1763800000001,
  CompleteIdentity1763900000001,
  KeepExtraAttributes1764000000001,
  RolesOfDomains1764000000002,
  ExpiryInMicroseconds1764000000003,
  KeepMoreExtraAttributes1764100000001,
  AccessRulesOfUsers1764100000002,
  InheritRoles1764200000001,
];
