import type { FastifyRequest } from 'fastify';
import { type Clock, CloudError, type RequestId } from '#domain';
import type { IdentityService, TokenIdentity } from '#identity';
import { Policy } from '#policy';
import { requireAccess } from './access-rules.js';
import type { ApiContext } from './api-context.js';

export interface AuthenticatorOptions {
  /** `project`: a token that is scoped to a project, 403 otherwise. `any`: every valid token. */
  readonly scope?: 'project' | 'any';
  /** The type of this API's service in the catalog, by which access rules of application credentials name it. */
  readonly service?: string;
  /** Decides what callers may do; the default rules when absent. */
  readonly policy?: Policy;
  /** How long the answer is waited for; becomes the context's deadline. */
  readonly requestDeadlineMs?: number;
}

/** Turns the X-Auth-Token of a request into the caller's context. With a warm token it touches nothing but memory. */
export class Authenticator {
  private readonly projectOnly: boolean;
  private readonly requestDeadlineMs: number;
  private readonly policy: Policy;
  private readonly service: string;

  constructor(
    private readonly identity: IdentityService,
    private readonly clock: Clock,
    { scope = 'project', service = 'compute', policy = new Policy(), requestDeadlineMs = 60_000 }: AuthenticatorOptions = {},
  ) {
    this.projectOnly = scope === 'project';
    this.requestDeadlineMs = requestDeadlineMs;
    this.policy = policy;
    this.service = service;
  }

  /** @throws CloudError `unauthenticated` without a valid token, `forbidden` when its scope does not do, `unavailable`. */
  async authenticate(request: FastifyRequest): Promise<ApiContext> {
    const token = request.headers['x-auth-token'];
    if (typeof token !== 'string' || token === '') {
      throw new CloudError('unauthenticated', 'The request you have made requires authentication.');
    }
    const identity = await this.identity.authenticateToken(token);
    const rules = identity.applicationCredential?.accessRules;
    if (rules) requireAccess(rules, { service: this.service, method: request.method, path: request.url.split('?', 1)[0] ?? '' });
    return this.contextFor(identity, token, request.id);
  }

  private contextFor(identity: TokenIdentity, authToken: string, id: string): ApiContext {
    if (this.projectOnly && !identity.project) throw new CloudError('forbidden', 'This token is not scoped to a project.');
    return {
      requestId: id as RequestId,
      userId: identity.user.id,
      projectId: identity.project?.id ?? '',
      roles: this.rolesOf(identity),
      deadline: this.clock.now() + this.requestDeadlineMs,
      identity,
      policy: this.policy,
      authToken,
    };
  }

  /** The engines know administrators by the role `admin`: it is given to those, and only to those, whom the operator's file calls so. */
  private rolesOf(identity: TokenIdentity): ReadonlySet<string> {
    const { roleNames } = identity;
    if (!this.policy.isOverridden('context_is_admin')) return roleNames;
    const who = { userId: identity.user.id, projectId: identity.project?.id ?? '', roles: roleNames, identity };
    const others = [...roleNames].filter(name => name !== 'admin');
    return new Set(this.policy.allows('context_is_admin', who) ? [...others, 'admin'] : others);
  }
}
