const MINUTE_MS = 60_000;

/** What the command `uptime` would print on a machine without users and load. */
export const uptimeText = (now: number, bootedAt: number): string => {
  const minutes = Math.max(0, Math.floor((now - bootedAt) / MINUTE_MS));
  const days = Math.floor(minutes / 1440);
  const dayText = days === 0 ? '' : `${days} day${days === 1 ? '' : 's'}, `;
  const time = new Date(now).toISOString().slice(11, 19);
  return ` ${time} up ${dayText}${clockText(minutes % 1440)},  0 users,  load average: 0.00, 0.00, 0.00`;
};

const clockText = (minutes: number): string =>
  minutes < 60 ? `${minutes} min` : `${String(Math.floor(minutes / 60)).padStart(2)}:${String(minutes % 60).padStart(2, '0')}`;
