/** The two pages of the proxy, and their scripts. What they import is served from the npm packages beside them. */

const page = (title: string, head: string, script: string): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<link rel="stylesheet" href="console.css">
${head}</head>
<body>
<div id="said" role="status">Connecting …</div>
<div id="console"></div>
<script type="module" src="${script}"></script>
</body>
</html>
`;

export const CONSOLE_CSS = `html, body { margin: 0; height: 100%; background: #222; color: #ddd; font: 14px sans-serif; }
body { display: flex; flex-direction: column; }
#said { padding: 4px 8px; }
#console { flex: 1; min-height: 0; }
`;

export const SCREEN_PAGE = page('noVNC', '', 'screen.js');
export const SERIAL_PAGE = page('Serial console', '<link rel="stylesheet" href="xterm/css/xterm.css">\n', 'serial.js');

/** The token is in the page's address as Nova puts it, `path=?token=…`, or plainly, `token=…`. */
const CONNECT = `const asked = new URLSearchParams(location.search);
const path = asked.get('path') ?? '?token=' + encodeURIComponent(asked.get('token') ?? '');
const target = new URL(path, location.href.replace(/[^/]*$/, ''));
target.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
const said = document.getElementById('said');
const place = document.getElementById('console');
const REFUSED = 'No connection: the server is off, or the link has expired. Ask for a new one.';
`;

export const SCREEN_SCRIPT = `import RFB from './novnc/core/rfb.js';
${CONNECT}
const screen = new RFB(place, target.href, { shared: true, wsProtocols: ['binary'] });
screen.scaleViewport = true;
let name = '';
screen.addEventListener('desktopname', event => { name = event.detail.name; said.textContent = name; });
screen.addEventListener('connect', () => { said.textContent = name || 'Connected'; });
screen.addEventListener('disconnect', () => { said.textContent = name ? 'Disconnected' : REFUSED; });
`;

export const SERIAL_SCRIPT = `import { Terminal } from './xterm/lib/xterm.mjs';
${CONNECT}
const terminal = new Terminal({ cursorBlink: true, scrollback: 5000 });
terminal.open(place);
const line = new WebSocket(target.href, ['binary']);
line.binaryType = 'arraybuffer';
let connected = false;
line.onopen = () => { connected = true; said.textContent = 'Connected'; terminal.focus(); };
line.onmessage = ({ data }) => terminal.write(new Uint8Array(data));
line.onclose = () => { said.textContent = connected ? 'Disconnected' : REFUSED; };
const bytes = new TextEncoder();
terminal.onData(text => { if (line.readyState === WebSocket.OPEN) line.send(bytes.encode(text)); });
`;
