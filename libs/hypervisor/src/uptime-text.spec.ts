import { expect, it } from 'vitest';
import { uptimeText } from './uptime-text.js';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const MINUTE_MS = 60_000;

it.each([
  [0, ' 03:04:05 up 0 min,  0 users,  load average: 0.00, 0.00, 0.00'],
  [59, ' 03:04:05 up 59 min,  0 users,  load average: 0.00, 0.00, 0.00'],
  [61, ' 03:04:05 up  1:01,  0 users,  load average: 0.00, 0.00, 0.00'],
  [1440, ' 03:04:05 up 1 day, 0 min,  0 users,  load average: 0.00, 0.00, 0.00'],
  [3 * 1440 + 754, ' 03:04:05 up 3 days, 12:34,  0 users,  load average: 0.00, 0.00, 0.00'],
])('%i minutes are told as the command uptime tells them', (minutes, text) => {
  expect(uptimeText(NOW, NOW - minutes * MINUTE_MS)).toBe(text);
});
