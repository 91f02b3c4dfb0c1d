import { CloudError, messageOf } from '#domain';
import { type BrokerAccounts, definitionsOf } from './account.js';

export interface ManagementAccountsOptions {
  /** `http://user:password@host:15672`, of an account with the tag `administrator`. */
  readonly url: string;
  readonly timeoutSeconds: number;
}

/** Over the HTTP API of RabbitMQ's management plugin. */
export const managementAccounts = ({ url, timeoutSeconds }: ManagementAccountsOptions): BrokerAccounts => {
  const { origin, pathname, username, password } = new URL(url);
  const authorization = `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
  const call = async (method: string, path: string, body?: object): Promise<number> => {
    let answer: Response;
    try {
      answer = await fetch(`${origin}${pathname.replace(/\/+$/, '')}/api${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
      });
    } catch (error) {
      const cause = error instanceof Error && error.cause ? error.cause : error;
      throw new CloudError('unavailable', `the broker's management API at ${origin} does not answer: ${messageOf(cause)}`, {
        cause: error,
      });
    }
    if (answer.ok || answer.status === 404) return answer.status;
    const reason = (await answer.text()).slice(0, 300);
    throw new CloudError('unavailable', `the broker's management API at ${origin} answered ${answer.status}: ${reason}`);
  };
  return {
    ensure: async account => {
      const status = await call('POST', '/definitions', definitionsOf(account));
      if (status === 404) throw new CloudError('unavailable', `there is no management API at ${origin}`);
    },
    remove: async user => {
      await call('DELETE', `/users/${encodeURIComponent(user)}`);
    },
  };
};
