import { CreateIdentityTables1763800000001 } from './create-identity-tables.js';

export const identityMigrations = [CreateIdentityTables1763800000001];
