import { Counter, Durations, type Metrics } from '#service-runtime';
import type { RequestMeter } from './watch.js';

/** What each API has answered, and how long that took. */
export class RequestMetrics implements RequestMeter {
  private readonly requests = new Counter({
    name: 'canopy_http_requests_total',
    help: 'Requests that were answered, by the route as it is declared.',
    labelNames: ['api', 'method', 'route', 'status'],
  });
  private readonly seconds = new Durations({
    name: 'canopy_http_request_seconds',
    help: 'From the arrival of a request to the end of its answer.',
    labelNames: ['api'],
  });

  constructor(metrics: Metrics) {
    metrics.add(this.requests);
    metrics.add(this.seconds);
  }

  served(api: string, method: string, route: string, status: number, seconds: number): void {
    this.requests.add(1, api, method, route, String(status));
    this.seconds.add(seconds, api);
  }
}
