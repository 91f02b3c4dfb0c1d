/** `2026-01-02T03:04:05Z`, as servers tell time. Milliseconds since 1970 in. */
export const isoSeconds = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** `2026-01-02T03:04:05.000000`, as the os-* resources tell time. */
export const isoMicroseconds = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 23)}000`;

const TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Milliseconds since 1970 of an ISO 8601 time, which is UTC unless it says otherwise; undefined when it is no time. */
export const parseTime = (text: string): number | undefined => {
  // A '+' that was not encoded in a query arrives as a space.
  const fixed = text
    .trim()
    .replace(/ (\d{2}:?\d{2})$/, (whole, zone: string) => (/\d{2}:\d{2} /.test(text) || text.includes('T') ? `+${zone}` : whole));
  if (!TIME.test(fixed)) return undefined;
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(fixed) && fixed.length > 10;
  const time = Date.parse(fixed.length > 10 && !hasZone ? `${fixed.replace(' ', 'T')}Z` : fixed.replace(' ', 'T'));
  return Number.isNaN(time) ? undefined : time;
};
