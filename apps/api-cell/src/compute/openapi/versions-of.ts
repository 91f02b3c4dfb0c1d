import { minorOf, NEWEST_MINOR, OLDEST_MINOR } from '#microversion';

/** The range of microversions that something holds for, both ends inclusive; an end that is the API's own is left out. */
export const versionsOf = (since: number, until: number) => ({
  ...(since > OLDEST_MINOR && { 'min-ver': `2.${since}` }),
  ...(until < NEWEST_MINOR && { 'max-ver': `2.${until}` }),
});

/** The same as an extension of the document, in the words of OpenStack's own API descriptions; nothing for all versions. */
export const versionExtension = (since: number, until: number) => {
  const versions = versionsOf(since, until);
  return Object.keys(versions).length > 0 ? { 'x-openstack': versions } : {};
};

/** What one function of the version gives from version to version: each value once for a run of versions. */
export const runsOf = <T>(since: number, until: number, at: (minor: number) => T): { value: T; since: number; until: number }[] => {
  const runs: { value: T; since: number; until: number }[] = [];
  for (let minor = since; minor <= until; minor++) {
    const value = at(minor);
    const last = runs.at(-1);
    if (last && last.value === value) last.until = minor;
    else runs.push({ value, since: minor, until: minor });
  }
  return runs;
};

export const minorsOf = (range: { readonly since?: `2.${number}`; readonly until?: `2.${number}` }): [since: number, until: number] => [
  range.since ? minorOf(range.since) : OLDEST_MINOR,
  range.until ? minorOf(range.until) : NEWEST_MINOR,
];
