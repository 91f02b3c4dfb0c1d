/** `4 s`, `12 min`, `3 h`, `5 d`; `-` when it is not known. */
export const age = (seconds: number | null | undefined): string => {
  if (seconds == null) return '-';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
};

export const gigabytes = (megabytes: number | null | undefined): string =>
  megabytes == null ? '-' : `${(megabytes / 1024).toFixed(megabytes < 10_240 ? 1 : 0)} GB`;

export const time = (moment: string | number | null | undefined): string => {
  if (moment == null) return '-';
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? String(moment) : date.toISOString().replace(/\.\d+Z$/, 'Z');
};

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
