import { microversions } from '#microversion';
import type { Endpoint, Route } from '../api/index.js';
import { versionsOf } from './versions-of.js';

/** The route table as one page that needs nothing else: no script, no font, no picture. */
export const docsPage = (routes: readonly Route[]): string => {
  const tags = [...new Set(routes.map(tagOf))];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Canopy compute API</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Canopy compute API</h1>
<p>Nova's API. The whole of it, with every request and answer at every microversion, is in <a href="/docs/openapi.json">openapi.json</a>
(OpenAPI 3.1), which tools for API documents read.</p>
<nav>${tags.map(tag => `<a href="#${escaped(tag)}">${escaped(tag)}</a>`).join(' ')}</nav>
${tags
  .map(tag =>
    section(
      tag,
      routes.filter(route => tagOf(route) === tag),
    ),
  )
  .join('\n')}
<h2>Microversions</h2>
<dl>${microversions()
    .map(({ version, change }) => `<dt>${version}</dt><dd>${escaped(change)}</dd>`)
    .join('\n')}</dl>
</body>
</html>
`;
};

const STYLE = `body{font:15px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.2em .8em .2em 0;border-bottom:1px solid #ccc;vertical-align:top}
td:first-child{white-space:nowrap}code{font:13px monospace}dt{float:left;clear:left;width:4em}dd{margin:0 0 .2em 4em}nav a{margin-right:.8em}`;

const section = (tag: string, routes: readonly Route[]): string => `<h2 id="${escaped(tag)}">${escaped(tag)}</h2>
<table>
<tr><th>Request</th><th>Microversions</th><th>Policy rule</th></tr>
${routes.flatMap(route => route.endpoints.map(endpoint => row(route, endpoint))).join('\n')}
</table>`;

const row = ({ method, path }: Route, endpoint: Endpoint): string => {
  const gone = endpoint.ok === 410;
  const action = endpoint.action === undefined ? '' : ` <code>{"${escaped(endpoint.action)}": …}</code>`;
  const request = `${method} <code>${escaped(path.replace(/:(\w+)/g, '{$1}'))}</code>${action}`;
  return `<tr><td>${request}</td><td>${gone ? 'gone' : rangeOf(endpoint)}</td><td>${gone ? '' : escaped(endpoint.policy.name)}</td></tr>`;
};

const rangeOf = ({ since, until }: Endpoint): string => {
  const { 'min-ver': first, 'max-ver': last } = versionsOf(since, until);
  if (first === undefined) return last === undefined ? 'all' : `to ${last}`;
  return last === undefined ? `from ${first}` : `${first} to ${last}`;
};

const tagOf = ({ path }: Route): string => path.split('/')[1] ?? '';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
