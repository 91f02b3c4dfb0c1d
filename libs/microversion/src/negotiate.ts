import { ApiVersion } from './api-version.js';
import { type Microversion, NEWEST, NEWEST_MINOR, OLDEST, OLDEST_MINOR } from './microversions.js';

export type Negotiation =
  | { readonly ok: true; readonly version: ApiVersion }
  /** 400: the header cannot be read. 406: no such version; `asked` is echoed in the answer's headers. */
  | { readonly ok: false; readonly status: 400 | 406; readonly message: string; readonly asked?: string };

/**
 * Finds the version that a request asks for.
 * @param openstack the `OpenStack-API-Version` header: `compute 2.90`, `compute latest`, several services after commas
 * @param legacy the `X-OpenStack-Nova-API-Version` header: `2.90`; counts when the first names no compute version
 */
export const negotiate = (openstack: string | undefined, legacy: string | undefined): Negotiation => {
  const asked = computeVersionIn(openstack) ?? legacy?.trim();
  if (asked === undefined || asked === '') return { ok: true, version: ApiVersion.of(OLDEST) };
  if (asked.toLowerCase() === 'latest') return { ok: true, version: ApiVersion.of(NEWEST) };
  const match = /^([1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/.exec(asked);
  if (!match) {
    return { ok: false, status: 400, message: `API Version String ${asked} is of invalid format. Must be of format MajorNum.MinorNum.` };
  }
  const minor = Number(match[2]);
  if (match[1] !== '2' || minor < OLDEST_MINOR || minor > NEWEST_MINOR) {
    return {
      ok: false,
      status: 406,
      asked,
      message: `Version ${asked} is not supported by the API. Minimum is ${OLDEST} and maximum is ${NEWEST}.`,
    };
  }
  return { ok: true, version: ApiVersion.of(asked as Microversion) };
};

const computeVersionIn = (header: string | undefined): string | undefined => {
  if (header === undefined) return undefined;
  for (const part of header.split(',')) {
    const [service, version] = part.trim().split(/\s+/, 2);
    if (service?.toLowerCase() === 'compute') return version ?? '';
  }
  return undefined;
};
