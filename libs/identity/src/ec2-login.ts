import { type Clock, CloudError } from '#domain';
import type { Credentials } from './credentials.js';
import { isSignedWith, type SignedRequest, signedAt } from './ec2-signature.js';
import type { TokenIdentity } from './identity-service.js';
import type { Login } from './login.js';

/** How far the clocks of client and cloud may be apart. */
const MAX_SKEW_MS = 15 * 60_000;

/** Exchanges the signature of a request for a token of whoever owns the key. */
export class Ec2Login {
  constructor(
    private readonly credentials: Credentials,
    private readonly login: Login,
    private readonly clock: Clock,
  ) {}

  /** @throws CloudError `unauthenticated`, for whatever reason */
  async authenticate(access: string, request: SignedRequest): Promise<{ token: string; identity: TokenIdentity }> {
    const credential = await this.find(access);
    if (!credential || !isSignedWith(credential.secret, request))
      throw new CloudError('unauthenticated', 'EC2 signature not supplied, or wrong.');
    const at = signedAt(request);
    if (at === undefined || Math.abs(this.clock.now() - at) > MAX_SKEW_MS)
      throw new CloudError('unauthenticated', 'The signature of this request has expired.');
    return this.login.issueFor(credential.userId, credential.projectId, ['ec2credential']);
  }

  private async find(access: string) {
    try {
      return await this.credentials.getEc2(access);
    } catch (error) {
      if (error instanceof CloudError && error.kind === 'notFound') return undefined;
      throw error;
    }
  }
}
