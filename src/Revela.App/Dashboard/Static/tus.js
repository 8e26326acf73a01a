// Sends a file in pieces by tus 1.0.0, and goes on where it was after whatever came between: a broken connection, a restarted server, a closed page.
const uploads = '/api/v1/uploads';
const version = { 'Tus-Resumable': '1.0.0' };
const pieceBytes = 2 * 1024 * 1024;
const patience = 15_000; // ms between two tries at most

/**
 * @param {File} file
 * @param {{ sent: (bytes: number) => void, lost: (isLost: boolean) => void, signal: AbortSignal }} watch
 * @returns {Promise<string>} the id of the asset that it has become
 */
export async function send(file, watch) {
  const mark = `revela-upload:${file.name}:${file.size}:${file.lastModified}`;
  for (let address = recall(mark), tries = 0; ;) {
    try {
      address ??= remember(mark, await begin(file, watch.signal));
      let at = await offset(address, watch.signal);
      if (at === null) {
        address = forget(mark);
        continue;
      }
      watch.lost(false);
      while (at < file.size) {
        watch.sent(at);
        at = await piece(address, file, at, watch.signal);
        tries = 0;
      }
      watch.sent(file.size);
      forget(mark);
      return address.split('/').at(-1);
    } catch (fault) {
      if (watch.signal.aborted) {
        if (address) void fetch(address, { method: 'DELETE', headers: version, keepalive: true }).catch(() => {});
        forget(mark);
        throw fault;
      }
      if (fault instanceof Refusal && !fault.mayPass) {
        forget(mark);
        throw fault;
      }
      watch.lost(true);
      await pause(Math.min(patience, 500 * 2 ** tries++), watch.signal);
    }
  }
}

class Refusal extends Error {
  constructor(problem, status) {
    super(problem?.detail ?? `${status}`);
    // Another answer may come later, or at the place where the upload really is.
    this.mayPass = problem?.retryable || status === 409 || status >= 500;
  }
}

async function begin(file, signal) {
  const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name.slice(0, 500))));
  const answer = await ask(uploads, { method: 'POST', headers: { ...version, 'Upload-Length': file.size, 'Upload-Metadata': `filename ${name}` }, signal });
  return new URL(answer.headers.get('Location'), location.href).pathname;
}

async function offset(address, signal) {
  const answer = await fetch(address, { method: 'HEAD', headers: version, signal, cache: 'no-store' });
  if (answer.status === 404 || answer.status === 410) return null;
  if (!answer.ok) throw new Refusal({ retryable: answer.status >= 500, detail: `${answer.status}` }, answer.status);
  return Number(answer.headers.get('Upload-Offset'));
}

async function piece(address, file, at, signal) {
  const answer = await ask(address, {
    method: 'PATCH',
    headers: { ...version, 'Upload-Offset': at, 'Content-Type': 'application/offset+octet-stream' },
    body: file.slice(at, at + pieceBytes),
    signal,
  });
  return Number(answer.headers.get('Upload-Offset'));
}

async function ask(address, request) {
  const answer = await fetch(address, request);
  if (answer.ok) return answer;
  throw new Refusal(await answer.json().catch(() => null), answer.status);
}

function pause(time, signal) {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, time);
    addEventListener('online', resolve, { once: true });
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

// A browser may refuse to keep anything: then a closed page begins anew.
function recall(mark) {
  try { return localStorage.getItem(mark); } catch { return null; }
}

function remember(mark, address) {
  try { localStorage.setItem(mark, address); } catch { /* begins anew */ }
  return address;
}

function forget(mark) {
  try { localStorage.removeItem(mark); } catch { /* nothing was kept */ }
  return null;
}
