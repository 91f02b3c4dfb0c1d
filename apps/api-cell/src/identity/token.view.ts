import type { CatalogService, TokenIdentity } from '#identity';

/** The body of a token as Keystone words it. An unscoped one has no catalog. */
export const tokenView = (identity: TokenIdentity, catalog: readonly CatalogService[] | undefined) => ({
  token: {
    methods: identity.methods,
    user: { ...identity.user, password_expires_at: null },
    audit_ids: identity.auditIds,
    issued_at: keystoneTime(identity.issuedAt),
    expires_at: keystoneTime(identity.expiresAt),
    ...(identity.project && { project: identity.project, is_domain: false }),
    ...(identity.domain && { domain: identity.domain }),
    ...(identity.system && { system: { all: true } }),
    ...(identity.applicationCredential && { application_credential: credentialView(identity.applicationCredential) }),
    ...(isScoped(identity) && { roles: identity.roles, ...(catalog && { catalog }) }),
  },
});

export const isScoped = (identity: TokenIdentity): boolean =>
  identity.project !== null || identity.domain !== null || identity.system === true;

const credentialView = ({ id, unrestricted, accessRules }: NonNullable<TokenIdentity['applicationCredential']>) => ({
  id,
  restricted: !unrestricted,
  ...(accessRules && { access_rules: accessRules }),
});

/** `2026-01-02T03:04:05.678000Z`: Keystone's microseconds. */
const keystoneTime = (at: number): string => new Date(at).toISOString().replace('Z', '000Z');
