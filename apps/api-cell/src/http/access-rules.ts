import { CloudError } from '#domain';
import type { TokenIdentity } from '#identity';

type Rules = NonNullable<NonNullable<TokenIdentity['applicationCredential']>['accessRules']>;

/**
 * Whether an application credential with access rules is good for this call. A rule's path is the one after the host: `*` and `{name}`
 * stand for one part of it, `**` for any number.
 * @throws CloudError `forbidden`
 */
export const requireAccess = (rules: Rules, call: { readonly service: string; readonly method: string; readonly path: string }): void => {
  const method = call.method === 'HEAD' ? ['HEAD', 'GET'] : [call.method];
  const allowed = rules.some(
    rule => rule.service === call.service && method.includes(rule.method) && patternOf(rule.path).test(call.path.replace(/(?<=.)\/$/, '')),
  );
  if (!allowed) throw new CloudError('forbidden', 'The access rules of this application credential do not allow this call.');
};

const patternOf = (path: string): RegExp => {
  const parts = path.split('/').map(part => (part === '**' ? '.*' : part === '*' || /^\{[^}]*\}$/.test(part) ? '[^/]+' : escaped(part)));
  return new RegExp(`^${parts.join('/')}$`);
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
