import { type Clock, CloudError, messageOf } from '#domain';
import type { IdentityService, TokenIdentity } from './identity-service.js';
import { KeystoneTokenReply } from './keystone-token.js';
import { TokenCache } from './token-cache.js';

export interface KeystoneIdentityOptions {
  /** With or without `/v3`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly userDomain: string;
  readonly project: string;
  readonly projectDomain: string;
  readonly clock: Clock;
  /** How long Keystone's answer is believed; 0.5 when absent. Keystone itself promises nothing about other processes' caches. */
  readonly tokenCacheSeconds?: number;
  /** The bound of each call to Keystone; 10 s when absent. */
  readonly timeoutMs?: number;
}

/** An operator's own Keystone: validates its tokens with a service account, as keystonemiddleware does. */
export class KeystoneIdentity implements IdentityService {
  private readonly cache: TokenCache;
  private readonly tokensUrl: string;
  /** Shared by all who need it while it is fetched. */
  private own: Promise<OwnToken> | undefined;

  constructor(private readonly options: KeystoneIdentityOptions) {
    this.cache = new TokenCache({ maxAgeMs: (options.tokenCacheSeconds ?? 0.5) * 1000 });
    this.tokensUrl = `${options.url.replace(/\/+$/, '').replace(/\/v3$/, '')}/v3/auth/tokens`;
  }

  /** A token of the service account, good for some minutes at least: for calls to neighbours that trust this Keystone. */
  async serviceToken(): Promise<string> {
    return (await this.ownToken()).token;
  }

  async authenticateToken(token: string): Promise<TokenIdentity> {
    const identity = await this.cache.get(token, () => this.validate(token));
    if (identity.expiresAt <= this.options.clock.now()) throw refused();
    return identity;
  }

  private async validate(token: string): Promise<TokenIdentity> {
    if (!HEADER_SAFE.test(token)) throw refused();
    const own = await this.ownToken();
    let reply = await this.ask(token, own);
    if (reply.status === 401) {
      // Our own token was revoked, or Keystone's keys are new: one new token, one more try.
      await reply.body?.cancel();
      await this.forget(own);
      reply = await this.ask(token, await this.ownToken());
    }
    if (reply.status === 200) return KeystoneTokenReply.parse(await reply.json());
    // Unread answers would keep their connections.
    await reply.body?.cancel();
    if (reply.status === 404) throw refused();
    throw new CloudError('unavailable', `Identity answered ${reply.status} when it was asked about a token.`);
  }

  private ask(token: string, own: OwnToken): Promise<Response> {
    return this.fetch(`${this.tokensUrl}?nocatalog=1`, { headers: { 'x-auth-token': own.token, 'x-subject-token': token } });
  }

  private async ownToken(): Promise<OwnToken> {
    this.own ??= this.login();
    const known = await this.own;
    if (known.expiresAt - this.options.clock.now() > RENEW_BEFORE_MS) return known;
    await this.forget(known);
    this.own ??= this.login();
    return this.own;
  }

  /** Only the one that was found wanting: another caller may have renewed it by now. */
  private async forget(stale: OwnToken): Promise<void> {
    if (this.own && (await this.own) === stale) this.own = undefined;
  }

  private async login(): Promise<OwnToken> {
    try {
      const reply = await this.fetch(this.tokensUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(this.credentials()),
      });
      const token = reply.headers.get('x-subject-token');
      if (reply.status !== 201 || !token) {
        throw new CloudError('unavailable', `Identity refuses this service's own account '${this.options.username}' (${reply.status}).`);
      }
      return { token, expiresAt: KeystoneTokenReply.parse(await reply.json()).expiresAt };
    } catch (error) {
      this.own = undefined;
      throw error;
    }
  }

  private credentials(): object {
    const { username, password, userDomain, project, projectDomain } = this.options;
    const user = { name: username, password, domain: { name: userDomain } };
    const scope = { project: { name: project, domain: { name: projectDomain } } };
    return { auth: { identity: { methods: ['password'], password: { user } }, scope } };
  }

  private async fetch(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, { ...init, signal: AbortSignal.timeout(this.options.timeoutMs ?? 10_000) });
    } catch (error) {
      throw new CloudError('unavailable', 'Identity does not answer.', { cause: error, context: { url, reason: messageOf(error) } });
    }
  }
}

interface OwnToken {
  readonly token: string;
  /** ms since 1970 */
  readonly expiresAt: number;
}

const RENEW_BEFORE_MS = 10 * 60_000;

/** What may stand in a header; anything else is no token and must not become one. */
const HEADER_SAFE = /^[\x21-\x7e]{1,8192}$/;

const refused = () => new CloudError('unauthenticated', 'The request you have made requires authentication.');
