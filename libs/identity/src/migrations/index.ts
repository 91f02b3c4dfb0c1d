import { CompleteIdentity1763900000001 } from './complete-identity.js';
import { CreateIdentityTables1763800000001 } from './create-identity-tables.js';

export const identityMigrations = [CreateIdentityTables1763800000001, CompleteIdentity1763900000001];
