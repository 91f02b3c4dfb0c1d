import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request that was signed with an EC2 key, as the service that got it tells it. */
export interface SignedRequest {
  readonly signature: string;
  /** With or without a port. */
  readonly host: string;
  readonly verb: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body, hex. */
  readonly bodyHash: string;
}

/** Whether the secret made the signature: AWS's versions 2 and 4, as query parameters or in the Authorization header. */
export const isSignedWith = (secret: string, request: SignedRequest): boolean => {
  const candidates = [request, ...(request.host.includes(':') ? [{ ...request, host: request.host.split(':', 1)[0] ?? '' }] : [])];
  return candidates.some(candidate => matches(signatureOf(secret, candidate), request.signature));
};

/** When it was signed, ms since 1970; undefined when it does not tell. */
export const signedAt = ({ params, headers }: SignedRequest): number | undefined => {
  const text = headerOf(headers, 'x-amz-date') ?? params['X-Amz-Date'] ?? params.Timestamp ?? headerOf(headers, 'date');
  if (text === undefined) return undefined;
  const compact = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  const at = Date.parse(compact ? `${compact[1]}-${compact[2]}-${compact[3]}T${compact[4]}:${compact[5]}:${compact[6]}Z` : zoned(text));
  return Number.isNaN(at) ? undefined : at;
};

const zoned = (text: string): string => (/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text) ? `${text}Z` : text);

const signatureOf = (secret: string, request: SignedRequest): string | undefined => {
  const { params, headers } = request;
  if (params.SignatureVersion === '2') return version2(secret, request);
  const isVersion4 = params['X-Amz-Algorithm'] === ALGORITHM || headerOf(headers, 'authorization')?.startsWith(ALGORITHM);
  return isVersion4 ? version4(secret, request) : undefined;
};

const version2 = (secret: string, { verb, host, path, params }: SignedRequest): string | undefined => {
  const hash = { HmacSHA256: 'sha256', HmacSHA1: 'sha1' }[params.SignatureMethod ?? 'HmacSHA256'];
  if (hash === undefined) return undefined;
  const { Signature: _, ...signed } = params;
  return createHmac(hash, secret)
    .update(`${verb}\n${host}\n${path}\n${queryOf(signed)}`)
    .digest('base64');
};

const ALGORITHM = 'AWS4-HMAC-SHA256';

const version4 = (secret: string, request: SignedRequest): string | undefined => {
  const { verb, path, headers, params, bodyHash } = request;
  const authorization = headerOf(headers, 'authorization') ?? '';
  const part = (name: string): string | undefined => new RegExp(`${name}=([^,\\s]+)`).exec(authorization)?.[1] ?? params[`X-Amz-${name}`];
  const credential = part('Credential');
  const names = part('SignedHeaders')?.split(';');
  const date = headerOf(headers, 'x-amz-date') ?? params['X-Amz-Date'];
  const [day, region, service, last] = credential?.split('/').slice(1) ?? [];
  if (!names || !date || day === undefined || region === undefined || service === undefined || last !== 'aws4_request') return undefined;
  if (!date.startsWith(day)) return undefined;

  const { 'X-Amz-Signature': _, ...query } = params;
  const valueOfHeader = (name: string) => (name === 'host' ? request.host : headerOf(headers, name)?.trim()) ?? '';
  const canonicalHeaders = names.map(name => `${name}:${valueOfHeader(name)}\n`).join('');
  // Of a form that is sent in a body, the parameters are the body: they are signed by its hash.
  const canonicalQuery = verb === 'POST' ? '' : queryOf(query);
  const canonical = [verb, path, canonicalQuery, canonicalHeaders, names.join(';'), bodyHash].join('\n');
  const scope = [day, region, service, 'aws4_request'];
  const toSign = [ALGORITHM, date, scope.join('/'), createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = scope.reduce<Buffer>((signing, word) => createHmac('sha256', signing).update(word).digest(), Buffer.from(`AWS4${secret}`));
  return createHmac('sha256', key).update(toSign).digest('hex');
};

const queryOf = (params: Readonly<Record<string, string>>): string =>
  Object.keys(params)
    .sort((left, right) => (left < right ? -1 : 1))
    .map(name => `${encoded(name)}=${encoded(params[name] ?? '')}`)
    .join('&');

/** RFC 3986: more is encoded than JavaScript does. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const headerOf = (headers: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];

const matches = (expected: string | undefined, given: string): boolean => {
  if (expected === undefined) return false;
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
};
